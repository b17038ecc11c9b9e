"use strict";
/* The assistant for orders, and the page that changes a product: offerings are searched, items added, copied and removed, and the price follows the inputs.
   The server renders every fragment; this only asks for them. */
(() => {
  const form = document.getElementById("assistant");
  if (!form) return;
  const items = document.getElementById("items");
  const offers = document.getElementById("offerings");
  const words = document.getElementById("offering-words");
  const category = document.getElementById("offering-category");
  const submitted = Boolean(document.querySelector(".ord-refused"));
  const touched = new Set();
  let serial = Date.now();

  const later = (wait, work) => {
    let timer;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(work, wait);
    };
  };
  const send = async (url, data) => {
    const answer = await fetch(url, data ? { method: "POST", body: data, credentials: "same-origin" } : { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer;
  };
  const all = () => new FormData(form);

  // Only the newest answer counts: they may come in another order than they were asked for.
  let asked = 0;
  const reckon = async () => {
    const turn = ++asked;
    const answer = await (await send(form.dataset.price, all())).json();
    if (turn !== asked) return;
    document.getElementById("price").innerHTML = answer.price;
    form.querySelectorAll("[data-field]").forEach((field) => {
      const name = field.dataset.field;
      if (submitted || touched.has(name)) mark(field, answer.errors[name] || "");
    });
  };
  const mark = (field, fault) => {
    const place = field.matches(".nf-error") ? field : field.querySelector(".nf-error");
    if (!place) return;
    place.textContent = fault;
    place.hidden = !fault;
    const input = field.querySelector("input:not([type=hidden]), select, textarea");
    if (!input) return;
    if (fault) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  const reckonSoon = later(250, () => reckon().catch(console.warn));

  const search = later(200, async () => {
    const query = new URLSearchParams({ q: words.value, category: category.value });
    offers.innerHTML = await (await send(`${form.dataset.offerings}?${query}`)).text();
  });
  const add = async (data) => {
    data.set("key", `n${(serial++).toString(36)}`);
    const holder = document.createElement("div");
    holder.innerHTML = await (await send(form.dataset.item, data)).text();
    const item = holder.querySelector(".ord-item");
    items.append(item);
    touched.add("items");
    reckonSoon();
    form.querySelector(".ord-catalog").open = false;
    item.scrollIntoView({ block: "nearest", behavior: "smooth" });
    const first = item.querySelector("input:not([type=hidden])");
    if (first) first.focus({ preventScroll: true });
  };

  // The page that changes a product has no catalog to choose from, but an offering to become.
  if (words) {
    words.addEventListener("input", search);
    category.addEventListener("change", search);
    words.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
  const becomes = document.querySelector("select[data-reload]");
  if (becomes) becomes.addEventListener("change", () => becomes.form.requestSubmit());

  form.addEventListener("click", (event) => {
    const offer = event.target.closest("[data-offering]");
    const copy = event.target.closest("[data-copy]");
    const drop = event.target.closest("[data-drop]");
    if (offer) {
      const data = new FormData();
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      data.set("offering", offer.dataset.offering);
      add(data).catch(console.warn);
    } else if (copy) {
      const data = all();
      data.set("like", copy.closest(".ord-item").dataset.key);
      add(data).catch(console.warn);
    } else if (drop) {
      drop.closest(".ord-item").remove();
      touched.add("items");
      reckonSoon();
      if (!items.children.length) form.querySelector(".ord-catalog").open = true;
    }
  });

  const edited = (event) => {
    const field = event.target.closest && event.target.closest("[data-field]");
    if (words && (event.target === words || event.target === category)) return;
    if (field) touched.add(field.dataset.field);
    reckonSoon();
  };
  form.addEventListener("input", edited);
  form.addEventListener("change", edited);

  form.addEventListener("input", async (event) => {
    if (event.target.name !== "customer") return;
    const query = new URLSearchParams({ customer: event.target.value });
    document.getElementById("id_account").innerHTML = await (await send(`${form.dataset.accounts}?${query}`)).text();
  });

  form.addEventListener("submit", () => {
    const button = form.querySelector("[type=submit]");
    setTimeout(() => (button.disabled = true));
  });
  window.addEventListener("pageshow", () => (form.querySelector("[type=submit]").disabled = false));

  const faulty = document.querySelector("[aria-invalid=true], .nf-error:not([hidden])");
  if (faulty) faulty.scrollIntoView({ block: "center" });
})();
