// The desk's behaviour. Every page works without it; this makes it quick.
import "./coming.js"; // first: it hears keys before the others
import "./times.js";
import "./toasts.js";
import "./timeline.js";
import "./composer.js";
import "./rich-field.js";
import "./dialogs.js";
import "./redact.js";
import "./rows.js";
import "./search.js";
import "./commands.js";
import "./places.js";
import "./live.js";
import "./keep.js";
import "./together.js";
import "./mentions.js";
