"use strict";
/* The theme marks no main region, and its two navigations have no names: screen readers jump by these. */
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("main")?.setAttribute("role", "main");
  document.getElementById("nav-sidebar-inner")?.setAttribute("aria-label", "Pages");
  document.querySelector("#content nav:not([aria-label])")?.setAttribute("aria-label", "Tabs");
});
