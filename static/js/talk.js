// Pages with comments, or with forms for them. The order of the imports is the order in which
// behaviours hear an event: the time of typing is taken before the proof holds a form back.

import "./page/requests.js";
import "./page/share.js";
import "./comments/own-comments.js";
import "./comments/form.js";
import "./comments/character-count.js";
import "./comments/more.js";
import "./comments/more-tools.js";
import "./comments/proof.js";
