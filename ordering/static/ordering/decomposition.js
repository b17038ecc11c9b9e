"use strict";
/* A dry run follows the choices at once. */
(() => {
  const form = document.getElementById("choices");
  if (form) form.addEventListener("change", () => form.requestSubmit());
})();
