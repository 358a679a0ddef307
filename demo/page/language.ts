// Chromium under a POSIX locale calls its language "en-US@posix", which Intl refuses, and uPlot asks Intl for it as it is loaded:
// so this comes before it.
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
}
