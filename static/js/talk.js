// Pages with comments, or with forms for them. The order of the imports is the order in which
// behaviours hear an event: the time of typing is taken before the proof holds a form back.

import "./page/sending.js";
import "./comments/joining.js";
import "./page/times.js";
import "./comments/reader.js";
import "./comments/drafts.js";
import "./comments/typing.js";
import "./comments/forms.js";
import "./page/focus.js";
import "./comments/own.js";
import "./comments/opened.js";
import "./comments/proof.js";
