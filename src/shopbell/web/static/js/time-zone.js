// Proposes the browser's time zone where none was chosen by hand yet.
const select = document.querySelector("select[name=time_zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select && !document.querySelector("[aria-invalid]") && [...select.options].some((option) => option.value === zone)) select.value = zone;
