// Office.js: there, and ready. Nothing of Office.context is touched before.

/** How long Office.js gets to be loaded and to find its host. */
const patience = 15_000;

/**
 * Waits for Office.js, which may never come: blocked, or the network gone.
 * @returns {Promise<{host: string | null, platform: string | null}>}
 */
export async function office() {
  const end = Date.now() + patience;
  while (!(/** @type {any} */ (window).Office?.onReady)) {
    if (Date.now() > end) throw new Error("Office.js was not loaded");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("Office.js found no host")), patience));
  const info = await Promise.race([Office.onReady(), late]);
  return /** @type {any} */ (info);
}
