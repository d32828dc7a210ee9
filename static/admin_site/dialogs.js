// Pictures and links in a text, each asked for in a dialog.
import { crel, Image as BaseImage, Link as BaseLink } from "django-prose-editor/editor";

let ids = 0;

const field = (label, input, help = "") => {
  input.id = `text-dialog-${++ids}`;
  const name = crel("label", { htmlFor: input.id, textContent: label });
  const about = crel("p", { className: "help", id: `${input.id}-help`, textContent: help });
  if (help) input.setAttribute("aria-describedby", about.id);
  const parts = input.type === "checkbox" ? [input, name] : [name, input];
  return crel("div", { className: "prose-editor-dialog-field" }, help ? [...parts, about] : parts);
};

// Shows fields in a dialog. What `done` gives is the answer, or else it has told what is wrong: { error }.
const ask = (heading, fields, saying, done) => new Promise((resolve) => {
  const title = crel("h3", { className: "prose-editor-dialog-title", id: `text-dialog-${++ids}`, textContent: heading });
  const error = crel("p", { className: "errornote", role: "alert", hidden: true });
  const submit = crel("button", { type: "submit", textContent: saying });
  const cancel = crel("button", { type: "button", textContent: "Avbryt" });
  const buttons = crel("div", { className: "prose-editor-dialog-buttons" }, [submit, cancel]);
  const form = crel("form", {}, [title, ...fields, error, buttons]);
  const dialog = crel("dialog", { className: "prose-editor-dialog", "aria-labelledby": title.id }, [form]);
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(null);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    submit.textContent = "Vänta …";
    error.hidden = true;
    const answer = await done();
    if (!answer.error) resolve(answer);
    if (!answer.error || !dialog.open) return dialog.close();
    submit.disabled = false;
    submit.textContent = saying;
    error.textContent = answer.error;
    error.hidden = false;
  });
  document.body.append(dialog);
  dialog.showModal();
});

const NOT_SENT = "Bilden gick inte att skicka. Är du utloggad? Logga in i en ny flik och försök igen här.";

const TOO_LARGE = "Bilden är för stor. Den får vara högst 20 MB. Spara den i ett mindre format och försök igen.";

const upload = async (url, file) => {
  if (file.size > 20 * 1024 * 1024) return { error: TOO_LARGE };
  const body = new FormData();
  body.append("picture", file);
  body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(url, { method: "POST", body, redirect: "manual" }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  return told?.src || told?.error ? told : { error: NOT_SENT };
};

// A picture and its description, or a new description of one.
const askForPicture = (url, old) => {
  const file = crel("input", { type: "file", accept: "image/jpeg,image/png,image/webp,image/avif", required: true });
  const alt = crel("input", { type: "text", maxLength: 250, value: old?.alt ?? "" });
  const decorative = crel("input", { type: "checkbox", checked: old?.alt === "" });
  const describe = () => {
    alt.disabled = decorative.checked;
    alt.required = !decorative.checked;
  };
  describe();
  decorative.addEventListener("change", describe);
  const fields = [
    ...(old ? [] : [field("Bildfil", file, "JPEG, PNG, WebP eller AVIF, högst 20 MB.")]),
    field("Bildbeskrivning", alt, "Läses upp för den som inte ser bilden. Beskriv kort vad den visar."),
    field("Bilden är bara dekoration", decorative),
  ];
  return ask("Bild i texten", fields, old ? "Spara beskrivningen" : "Lägg in bilden", async () => ({
    ...(old ?? (await upload(url, file.files[0]))),
    alt: decorative.checked ? "" : alt.value.trim(),
  }));
};

export const Picture = BaseImage.extend({
  addOptions() {
    return { ...this.parent?.(), upload: "" };
  },
  parseHTML: () => [{ tag: 'img[src^="/media/pictures/"]' }],
  addInputRules: () => [],
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "picture",
      groups: "insert",
      button: buttons.material("image"),
      active: (editor) => editor.isActive("image"),
      command: async (editor) => {
        const old = editor.isActive("image") ? editor.getAttributes("image") : null;
        const attrs = await askForPicture(this.options.upload, old);
        if (!attrs) return editor.commands.focus();
        if (old) editor.chain().focus().updateAttributes("image", { alt: attrs.alt }).run();
        else editor.chain().focus().insertContent({ type: "image", attrs }).run();
      },
    });
  },
});

// An address, or a page of the site that is looked for by its title.
const askForLink = (url, old) => {
  const isPage = old.startsWith("page:");
  const address = crel("input", { type: "text", value: isPage ? "" : old });
  const words = crel("input", { type: "text", autocomplete: "off" });
  const pages = crel("select", { size: 5 });
  const told = crel("p", { className: "help", role: "status" });
  const choice = field("Sidor", pages);
  choice.hidden = true;
  const find = async (query) => {
    const answer = query && (await fetch(`${url}?q=${encodeURIComponent(query)}`, { redirect: "manual" }).catch(() => null));
    const found = answer?.ok ? (await answer.json()).pages : [];
    if (words.value.trim() && words.value.trim() !== query) return; // typed since then
    pages.replaceChildren(...found.map(({ href, title }) => crel("option", { value: href, textContent: title })));
    choice.hidden = !found.length;
    told.textContent = query && !found.length ? "Ingen sida hittades." : "";
    if (found.length === 1 && !address.value) pages.selectedIndex = 0; // no address was typed meanwhile
  };
  let waiting;
  words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => find(words.value.trim()), 250);
  });
  address.addEventListener("input", () => { pages.selectedIndex = -1; });
  pages.addEventListener("change", () => { address.value = ""; });
  if (isPage) find(old);
  const fields = [
    field("Adress", address, "Till exempel https://www.sern.eu/ eller en e-postadress."),
    field("Eller sök en sida på webbplatsen", words, "Länken följer med om sidan byter adress."),
    choice,
    told,
  ];
  return ask("Länk", fields, "Spara länken", async () => {
    const href = pages.value || address.value.trim();
    return href ? { href } : { error: "Skriv en adress eller välj en sida." };
  });
};

export const Link = BaseLink.extend({
  addOptions() {
    // An address that is written out becomes a link, a word with a dot in it ("hotell.De") does not.
    const shouldAutoLink = (text) => /^(https?:\/\/|mailto:|[^\s@]+@[^\s@]+$)/i.test(text);
    return { ...this.parent?.(), shouldAutoLink, pages: "" };
  },
  addCommands() {
    const addLink = () => ({ editor }) => {
      if (editor.state.selection.empty && !editor.isActive("link")) return false;
      askForLink(this.options.pages, editor.getAttributes("link").href ?? "").then((attrs) => {
        const chain = editor.chain().focus();
        if (attrs) chain.extendMarkRange("link").setMark("link", attrs);
        chain.run();
      });
      return true;
    };
    return { ...this.parent?.(), addLink };
  },
});
