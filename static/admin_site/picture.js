// Pictures in a text: chosen and described in a dialog, and stored by the site before they stand in the text.
import { crel, Image as BaseImage } from "django-prose-editor/editor";

const NOT_SENT = "Bilden gick inte att skicka. Är du utloggad? Logga in i en ny flik och försök igen här.";
let dialogs = 0;

const upload = async (url, file) => {
  const body = new FormData();
  body.append("picture", file);
  body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(url, { method: "POST", body, redirect: "manual" }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  return told?.src || told?.error ? told : { error: NOT_SENT };
};

const field = (label, input, help = "") => {
  input.id = `text-picture-${++dialogs}`;
  const name = crel("label", { htmlFor: input.id, textContent: label });
  const about = crel("p", { className: "help", id: `${input.id}-help`, textContent: help });
  if (help) input.setAttribute("aria-describedby", about.id);
  const parts = input.type === "checkbox" ? [input, name, about] : [name, input, about];
  return crel("div", { className: "prose-editor-dialog-field" }, help ? parts : parts.slice(0, 2));
};

// Asks for a picture and its description, or for a new description; resolves to the attributes, or to null.
const ask = (url, old) => new Promise((resolve) => {
  const file = crel("input", { type: "file", accept: "image/jpeg,image/png,image/webp,image/avif", required: true });
  const alt = crel("input", { type: "text", maxLength: 250, value: old?.alt ?? "" });
  const decorative = crel("input", { type: "checkbox", checked: old?.alt === "" });
  const error = crel("p", { className: "errornote", role: "alert", hidden: true });
  const submit = crel("button", { type: "submit", textContent: old ? "Spara beskrivningen" : "Lägg in bilden" });
  const cancel = crel("button", { type: "button", textContent: "Avbryt" });
  const title = crel("h3", { className: "prose-editor-dialog-title", id: `text-picture-title-${++dialogs}`, textContent: "Bild i texten" });
  const form = crel("form", {}, [
    title,
    ...(old ? [] : [field("Bildfil", file, "JPEG, PNG, WebP eller AVIF, högst 20 MB.")]),
    field("Bildbeskrivning", alt, "Läses upp för den som inte ser bilden. Beskriv kort vad den visar."),
    field("Bilden är bara dekoration", decorative),
    error,
    crel("div", { className: "prose-editor-dialog-buttons" }, [submit, cancel]),
  ]);
  const dialog = crel("dialog", { className: "prose-editor-dialog", "aria-labelledby": title.id }, [form]);
  const describe = () => {
    alt.disabled = decorative.checked;
    alt.required = !decorative.checked;
  };
  describe();
  decorative.addEventListener("change", describe);
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(null);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    error.hidden = true;
    if (!old) submit.textContent = "Bilden skickas …";
    const stored = old ?? (await upload(url, file.files[0]));
    if (stored.src) resolve({ ...stored, alt: decorative.checked ? "" : alt.value.trim() });
    if (stored.src || !dialog.open) return dialog.close();
    submit.disabled = false;
    submit.textContent = "Lägg in bilden";
    error.textContent = stored.error;
    error.hidden = false;
  });
  document.body.append(dialog);
  dialog.showModal();
});

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
        const attrs = await ask(this.options.upload, old);
        if (!attrs) return editor.commands.focus();
        if (old) editor.chain().focus().updateAttributes("image", { alt: attrs.alt }).run();
        else editor.chain().focus().insertContent({ type: "image", attrs }).run();
      },
    });
  },
});
