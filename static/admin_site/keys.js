// What allauth's script for passkeys leaves to us: buttons only where they work, and a sentence where a key did not.
"use strict";

// A key belongs to a name; an address in numbers has none (Web Authentication 2, 5.1.3).
const works = "PublicKeyCredential" in window && !/^[\d.]+$|:/.test(location.hostname);
for (const button of document.querySelectorAll("#passkey-login, [data-needs-key]")) button.hidden = !works;
for (const note of document.querySelectorAll("[data-no-key]")) note.hidden = works;
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("key-failed").hidden = false;
});
