// All behaviours are there: the page may show what needs them.

import { makeCurrent } from "./current.js";
import { showWhetherOn } from "./keys.js";
import { pollLater } from "./news.js";
import { openRows } from "./rows.js";
import { trimMore } from "./swaps.js";

document.body.classList.add("has-hands");
showWhetherOn();
trimMore();
makeCurrent(openRows()[0] ?? null);
pollLater();
