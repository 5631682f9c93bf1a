// The end of a dialog that the pane opened: it tells the pane what came of it,
// and nobody else.
// https://learn.microsoft.com/office/dev/add-ins/develop/dialog-api-in-office-add-ins

import { office } from "./office.js";

const { message, origin } = document.body.dataset;
if (message && origin) {
  // The pane closes this window. If that does not happen, its words stay: it
  // can be closed by hand.
  office().then(() => Office.context.ui.messageParent(message, { targetOrigin: origin })).catch(() => {});
}
