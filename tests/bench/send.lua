-- Send the forms of a file, each once and from an address of its own. FORMS is the path of the file,
-- TURN the number of the run: each of its two threads has a file of its own. With REPEATS the forms
-- are sent again when there are no more; without, that is an error.
local forms, place, address = {}, 0, 0
local repeats = os.getenv("REPEATS") ~= ""
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  local line = 0
  local turn = tonumber(os.getenv("TURN")) * 2 + number
  for form in io.lines(os.getenv("FORMS") .. "." .. turn) do
    line = line + 1
    forms[line] = form
  end
  address = turn * 65536
end

function request()
  if repeats and place == #forms then place = 0 end
  place = place + 1
  local n = address + place
  local client = string.format("10.%d.%d.%d", math.floor(n / 65536) % 256, math.floor(n / 256) % 256, n % 256)
  return wrk.format("POST", nil, {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Sec-Fetch-Site"] = "same-origin",
    ["X-Forwarded-For"] = client,
    ["HX-Request"] = "true",
    ["HX-Request-Type"] = "partial",
    ["Connection"] = "close",
  }, assert(forms[place], "the file of forms is too short"))
end
