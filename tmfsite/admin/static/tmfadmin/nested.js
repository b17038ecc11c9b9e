"use strict";
/* Nested forms: add, duplicate, move and remove rows. The order of the page is the order of the list: every row
   carries a hidden key under the name of its list, so nothing is renumbered. */
(() => {
  const jq = () => window.django && window.django.jQuery;
  let serial = 0;
  const freshKey = () => `n${Date.now().toString(36)}${serial++}`;
  const changed = (element) => element.dispatchEvent(new Event("input", { bubbles: true }));

  const references = (root) => {
    if (!jq() || !jq().fn.select2) return;
    root.querySelectorAll("select.nf-reference:not(.select2-hidden-accessible)").forEach((select) => {
      const label = select.labels[0] || select.closest("[aria-label]");
      const named = label ? label.innerText || label.getAttribute("aria-label") : "";
      jq()(select).select2({
        theme: "admin-autocomplete",
        width: "100%",
        allowClear: !select.multiple,
        placeholder: select.multiple ? "" : "Search…",
        ajax: {
          url: select.closest("[data-references]").dataset.references,
          dataType: "json",
          delay: 200,
          data: (query) => ({ term: query.term || "", page: query.page || 1, target: select.dataset.target }),
        },
      });
      jq()(select).on("select2:select select2:unselect select2:clear", () => changed(select));
      const box = select.nextElementSibling;
      box.querySelectorAll("[role=combobox], [role=searchbox], [role=textbox]").forEach((each) => {
        each.setAttribute("aria-label", named.trim() || "Reference");
        each.removeAttribute("aria-labelledby");
      });
    });
  };

  const focusFirst = (row) => {
    const first = row.querySelector("input:not([type=hidden]), textarea, select, button");
    if (first) first.focus();
  };

  const add = (rows) => {
    const template = document.getElementById(rows.dataset.template);
    const key = freshKey();
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML
      .replaceAll("__rows__", rows.dataset.prefix)
      .replaceAll("__row__", `${rows.dataset.prefix}-${key}`)
      .replaceAll("__key__", key);
    const row = holder.firstElementChild;
    rows.querySelector(":scope > .nf-body").append(row);
    references(row);
    focusFirst(row.querySelector(".nf-fields"));
    changed(row);
  };

  const rename = (row, from, to) => {
    for (const element of [row, ...row.querySelectorAll("*")])
      for (const name of ["name", "id", "for", "list", "data-prefix", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value && value.includes(from)) element.setAttribute(name, value.replace(from, to));
      }
  };

  const duplicate = (row) => {
    const selects = jq() ? jq()(row).find("select.select2-hidden-accessible") : null;
    if (selects && selects.length) selects.select2("destroy");
    const copy = row.cloneNode(true);
    const chosen = row.querySelectorAll("option");
    copy.querySelectorAll("option").forEach((option, index) => (option.selected = chosen[index].selected));
    const key = `${row.dataset.key.split("~")[0]}~${freshKey()}`;
    const prefix = row.dataset.prefix.slice(0, -row.dataset.key.length) + key;
    rename(copy, row.dataset.prefix, prefix);
    copy.dataset.key = key;
    copy.querySelector(":scope > .nf-fields > input[type=hidden]").value = key;
    row.after(copy);
    references(row);
    references(copy);
    focusFirst(copy.querySelector(".nf-fields"));
    changed(copy);
  };

  const remove = (row) => {
    const next = row.nextElementSibling || row.closest(".nf-rows").querySelector(":scope > .nf-add");
    if (/^n|~/.test(row.dataset.key)) {
      const rows = row.closest(".nf-rows");
      row.remove();
      changed(rows);
      (next.querySelector && next.querySelector("input, select, textarea") || next).focus();
      return;
    }
    strike(row, true);
    row.querySelector(":scope > .nf-tools > .nf-undo").focus();
  };

  const strike = (row, gone) => {
    row.classList.toggle("nf-removed", gone);
    row.querySelector(":scope > .nf-fields").disabled = gone;
    row.querySelectorAll(":scope > .nf-tools > button").forEach((each) => (each.hidden = gone !== each.matches(".nf-undo")));
    changed(row);
  };

  const move = (row, up) => {
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (up) other.before(row);
    else other.after(row);
    changed(row);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".nf button");
    if (!button) return;
    if (button.matches(".nf-add")) return add(button.closest(".nf-rows"));
    const row = button.closest(".nf-row");
    if (button.matches(".nf-copy")) duplicate(row);
    else if (button.matches(".nf-remove")) remove(row);
    else if (button.matches(".nf-undo")) strike(row, false);
    else if (button.matches(".nf-up, .nf-down")) {
      move(row, button.matches(".nf-up"));
      button.focus();
    }
  });

  document.addEventListener("change", (event) => {
    const select = event.target;
    if (!select.matches("select[data-choose]")) return;
    const asked = Object.assign(document.createElement("input"), { type: "hidden", name: select.dataset.choose, value: "1" });
    select.form.append(asked);
    select.form.requestSubmit();
  });

  document.addEventListener("input", (event) => {
    const row = event.target.closest && event.target.closest(".nf-row");
    const title = row && row.querySelector(":scope > .nf-fields > .nf-card > summary .nf-title");
    if (title && event.target.name === `${row.dataset.prefix}-${title.dataset.by}`)
      title.textContent = event.target.value || title.dataset.item;
  });

  // After the scripts of the page, one of which goes to the first input.
  window.addEventListener("load", () => {
    const chosen = document.querySelector("select[data-chosen]");
    if (!chosen) return;
    chosen.focus();
    chosen.scrollIntoView({ block: "center" });
  });

  document.addEventListener("DOMContentLoaded", () => {
    references(document);
    const faulty = document.querySelector(".nf [aria-invalid=true]");
    if (faulty) faulty.scrollIntoView({ block: "center" });
  });
})();
