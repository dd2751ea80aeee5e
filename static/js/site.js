// Pages without comments. Everything that scripts do is an addition: without it every form and link
// works as it stands. The order of the imports is the order in which behaviours hear an event.

import "./page/requests.js";
