// The words of Office.js that an Outlook add-in names.
// https://learn.microsoft.com/javascript/api/office · https://learn.microsoft.com/javascript/api/outlook/office.mailboxenums

const Office = {
  AsyncResultStatus: { Succeeded: "succeeded", Failed: "failed" },
  CoercionType: { Text: "text", Html: "html" },
  HostType: { Outlook: "Outlook" },
  PlatformType: { PC: "PC", OfficeOnline: "OfficeOnline", Mac: "Mac", iOS: "iOS", Android: "Android", Universal: "Universal" },
  EventType: {
    AppointmentTimeChanged: "olkAppointmentTimeChanged",
    RecipientsChanged: "olkRecipientsChanged",
    RecurrenceChanged: "olkRecurrenceChanged",
    EnhancedLocationsChanged: "olkEnhancedLocationsChanged",
    OfficeThemeChanged: "officeThemeChanged",
    DialogMessageReceived: "dialogMessageReceived",
    DialogEventReceived: "dialogEventReceived",
    DialogParentMessageReceived: "dialogParentMessageReceived",
  },
  MailboxEnums: {
    ItemType: { Appointment: "appointment", Message: "message" },
    BodyType: { Text: "text", Html: "html" },
    RestVersion: { v1_0: "v1.0", v2_0: "v2.0", Beta: "beta" },
    ItemNotificationMessageType: {
      ProgressIndicator: "progressIndicator", InformationalMessage: "informationalMessage",
      ErrorMessage: "errorMessage", InsightMessage: "insightMessage",
    },
    LocationType: { Custom: "custom", Room: "room" },
    RecipientType: { User: "user", ExternalUser: "externalUser", DistributionList: "distributionList", Other: "other" },
    AppointmentSensitivityType: { Normal: "normal", Personal: "personal", Private: "private", Confidential: "confidential" },
    RecurrenceType: { Daily: "daily", Weekday: "weekday", Weekly: "weekly", Monthly: "monthly", Yearly: "yearly" },
  },
};
