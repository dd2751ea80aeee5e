// The page on which a review is written. The order of the imports is the order in which behaviours hear an
// event.

import "./page/requests.js";
import "./desk/unsent.js";
import "./writing/pictures.js";
import "./writing/toolbar.js";
import "./writing/keyboard-space.js";
import "./writing/saving.js";
import "./writing/preview.js";
