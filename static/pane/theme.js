// Outlook's own theme, which need not be the system's. Contrast themes come
// from the system, as forced colours.

/** Takes up Outlook's theme, and follows it. */
export function follow() {
  /** @param {Office.OfficeTheme | undefined} theme */
  const take = (theme) => {
    // Not there on mobile and in older clients: then the system's.
    if (typeof theme?.isDarkTheme === "boolean") document.documentElement.dataset.theme = theme.isDarkTheme ? "dark" : "light";
  };
  take(Office.context.officeTheme);
  const mailbox = Office.context.mailbox;
  if (!mailbox?.addHandlerAsync || !Office.EventType?.OfficeThemeChanged) return;
  try {
    mailbox.addHandlerAsync(Office.EventType.OfficeThemeChanged, (/** @type {any} */ e) => take(e.officeTheme), () => {});
  } catch {
    // Older than Mailbox 1.14.
  }
}
