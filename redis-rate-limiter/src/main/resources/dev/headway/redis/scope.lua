-- One scope is one hash. Calls take numbers (one for each unit of cost); the limits serve the numbers in their order, on the
-- engine's own clock. What is served has its moment and goes; nothing is served more than HORIZON ahead, so that a pause or
-- another limit moves all the rest. All times are whole microseconds.
--
-- ARGV, all numbers: units wanted, longest wait, greatest cost of a call, time to live (ms)
--   | what the caller has seen last: change counter, numbers handed out, pause left, how long ago
--   | refused: pause, epoch | accepted: epoch | calls and resends since the last report
--   | units that went besides | 1 if the caller went its own way until now | round in which the caller was counted
--   | m, then m times: kind, a, b, what the caller has seen used of it
--       kind 1, a bucket: a tokens a second, b at most; kind 2, a quota: a in any b
--   | how many reports on windows, then each: name, last number, time to the end, number of its call
--   | how many leases are asked about, then each: first number, how many
-- Reply: change counter, numbers handed out, epoch, pause left, 1 if the answer of a look is awaited, wait of the next number,
--   calls and resends of everybody, round, processes, rate that refusals tell (in 1000 s) or 0, first number of the new lease or 0, how many limits, used of each,
--   how many windows are learned, then each: name, last number, time to the end, last change,
--   then for each lease asked about, and the new one: how many runs, each: count, wait, spacing;
--   how many are not served yet, and the wait of the first of them
local HORIZON, PATIENCE, KEPT, SLICES, GRACE, MOST_RUNS = 100000, 2000000, 500000, 32, 5000, 128
local LONGEST_PAUSE, FORGOTTEN = 900000000, 600000000
local SHORTEST_ROUND = 10000000
local BUCKET, QUOTA = 1, 2
local SHORTEST_TRY, LONGEST_TRY, LONG, LEAST_RATE = 2000000, 60000000, 3000000, 0.2
local OPEN, LOOK, LOOKING = 0, 1, 2

local key, at = KEYS[1], 0
local function arg()
  at = at + 1
  return tonumber(ARGV[at])
end
local want, longest, cost, ttl = arg(), arg(), arg(), arg()
local seenN, seenQ, seenPause, seenAgo = arg(), arg(), arg(), arg()
local pause, pauseEpoch, acceptedEpoch = arg(), arg(), arg()
local calls, resends = arg(), arg()
local besides, back = arg(), arg() == 1
local counted = arg()

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local raw = redis.call('HGET', key, 'state')
-- q handed out, v served, w all up to this were whole, f the last moment given, p paused until, g gate, t when a look went,
-- e epoch, n changes, o offset and a last value of the clock, c greatest cost, l limits, r runs that others may ask about,
-- h windows learned, b retry budget, k processes
local s = raw and cmsgpack.unpack(raw)
  or {q = 0, v = 0, w = 0, f = 0, p = 0, g = OPEN, t = 0, e = 1, n = 0, o = 0, a = now, c = 1, l = {}, r = {}, h = {}, b = {now, 0, 0, 0, 0}}
-- A clock that never goes back: a jump moves everything with it.
now = now + s.o
if now < s.a then
  s.o = s.o + s.a - now
  now = s.a
end
s.a = now
s.c = math.max(s.c, cost)

-- ---- limits: {BUCKET, rate, most, level, at}, {QUOTA, limit, span, used, evenly until, slices, first slice, last slice}
local function level(l, t)
  return t > l[5] and math.min(l[3], l[4] + (t - l[5]) * l[2] / 1000000) or l[4]
end
local function bring(l, t)
  l[4] = level(l, t)
  l[5] = math.max(l[5], t)
end
-- From when on there is room for so many more, not before t. What is more than the limit follows a span after what went first.
local function free(l, t, more)
  local x = l[6]
  local rounds = math.floor((more - 1) / l[2])
  local over, i = l[4] + more - rounds * l[2] - l[2], 1
  while x[i] and (over > 0 or x[i + 1] + l[3] <= t) do
    t = math.max(t, x[i + 1] + l[3])
    over = over - x[i + 2]
    i = i + 3
  end
  if over > 0 then t = t + l[3] * math.ceil(over / l[2]) end
  return t + rounds * l[3]
end
local function expire(l, t)
  local x = l[6]
  local gone = 0
  while x[3 * gone + 1] and x[3 * gone + 2] + l[3] <= t do
    l[4] = l[4] - x[3 * gone + 3]
    gone = gone + 1
  end
  if gone > 0 then
    local left = {}
    for i = 3 * gone + 1, #x do left[#left + 1] = x[i] end
    l[6] = left
  end
end
local function log(l, first, last, n)
  local x = l[6]
  local size = #x
  if size > 0 and first < x[size - 2] + l[3] / SLICES then
    x[size - 1] = math.max(x[size - 1], last)
    x[size] = x[size] + n
  else
    x[size + 1], x[size + 2], x[size + 3] = first, last, n
  end
  l[4] = l[4] + n
end
-- The last n that went before that time count from a later one.
local function redate(l, before, t, n)
  local x = l[6]
  local moved, i = 0, #x
  while n > moved and i > 0 do
    if x[i - 2] <= before then
      local part = math.min(n - moved, x[i])
      x[i] = x[i] - part
      moved = moved + part
    end
    i = i - 3
  end
  for j = #x, 1, -3 do
    if x[j] == 0 then
      for _ = 1, 3 do table.remove(x, j - 2) end
    end
  end
  l[4] = l[4] - moved
  if moved > 0 then log(l, t, t, moved) end
end
-- The distance of calls that go evenly, with what those may take who still go their own way.
local function evenly(l) return 1.25 * l[3] / l[2] end

local lost = seenN > s.n
local m = arg()
for i = 1, m do
  local kind, a, b, used = arg(), arg(), arg(), arg()
  local l = s.l[i]
  if not l or l[1] ~= kind then
    if kind == BUCKET then
      l = {BUCKET, a, b, raw and math.min(1, b) or b, now}
    else
      l = {QUOTA, a, b, 0, raw and now + b or 0, {}}
    end
    s.l[i] = l
  else
    -- The limits of whoever came last hold; what went counts.
    if kind == BUCKET then bring(l, now) l[4] = math.min(l[4], b) end
    l[2], l[3] = a, b
  end
  if lost and seenN > 0 then
    if kind == BUCKET then
      l[4] = math.min(l[4], used, 1)
    else
      if used > l[4] then log(l, now - seenAgo, now - seenAgo, used - l[4]) end
      -- Others were given more since.
      l[5] = math.max(l[5], now + b)
    end
  end
end
for i = #s.l, m + 1, -1 do s.l[i] = nil end
-- Where nothing is told, refusals tell: y is the rate that they leave, until when it is not raised, and how long it is tried.
if m > 0 or next(s.h) then
  s.y = nil
elseif s.y then
  local y = s.y
  bring(y[1], now)
  if now >= y[2] then
    -- Raised only if it was used.
    if s.v - y[4] >= 0.7 * y[1][2] * y[3] / 1000000 then
      y[1][2] = y[1][2] * 1.03
      y[3] = math.max(SHORTEST_TRY, y[3] / 2)
    end
    y[2], y[4] = now + y[3], s.v
  end
  m, s.l[1] = 1, y[1]
end
-- x is what was served a second or two ago, and at the end of the last pause.
local x = s.x or {now, s.v, now, s.v, now, s.v}
if now - x[3] >= 1000000 then x[1], x[2], x[3], x[4] = x[3], x[4], now, s.v end
s.x = x
if lost and seenN > 0 then
  -- The caller has seen a later state than this one: it was lost, or written back.
  s.n = seenN
  if seenQ > s.q then
    s.v = s.v + seenQ - s.q
    s.w = s.v
    s.q = seenQ
  end
  s.p = math.max(s.p, now + math.min(seenPause, LONGEST_PAUSE))
  if s.p > now then s.g = LOOK end
end

-- ---- what the caller tells
if pause > 0 then
  s.p = math.max(s.p, now + math.min(pause, LONGEST_PAUSE))
  s.g = LOOK
  if pauseEpoch == s.e then
    s.e = s.e + 1
    if s.y or (m == 0 and not next(s.h)) then
      local shown = (s.v - x[2]) / math.max(1, (now - x[1]) / 1000000)
      if pause >= LONG then shown = (s.v - x[6]) / math.max(1, (now + pause - x[5]) / 1000000) end
      local y = s.y or {{BUCKET, 1e9, 1, 0, now}, 0, SHORTEST_TRY / 2, s.v}
      y[1][2] = math.max(LEAST_RATE, math.min(0.95 * shown, 0.97 * y[1][2]), y[1][2] < 1e9 and y[1][2] / 2 or 0)
      y[3] = math.min(2 * y[3], LONGEST_TRY)
      y[2], y[4] = now + pause + y[3], s.v
      m, s.y, s.l[1] = 1, y, y[1]
      x[5], x[6] = now + pause, s.v
    end
    for i = 1, m do
      local l = s.l[i]
      if l[1] == BUCKET then
        bring(l, now)
        l[4] = math.min(l[4], 0)
      end
    end
  end
end
for i = 1, m do
  local l = s.l[i]
  if l[1] == BUCKET then
    bring(l, now)
    if back then l[4] = math.min(l[4], 0) end
    l[4] = l[4] - besides
  else
    expire(l, now)
    if back then l[5] = math.max(l[5], now + l[3]) end
    if besides > 0 then log(l, now, now, besides) end
  end
end
if acceptedEpoch == s.e and s.g == LOOKING then
  s.g = OPEN
  for i = 1, m do
    local l = s.l[i]
    -- Who refused within a quota counts otherwise than was thought: never all at once after that.
    if l[1] == QUOTA then l[5] = now + l[3] end
  end
end
local budget = s.b
if now - budget[1] >= 10000000 then
  local fresh = now - budget[1] < 20000000
  s.b = {now, 0, 0, fresh and budget[2] or 0, fresh and budget[3] or 0}
  budget = s.b
end
budget[2], budget[3] = budget[2] + calls, budget[3] + resends
-- Each process is counted once in a round: {number of the round, its begin, how many in it, how many in the one before}
local round = SHORTEST_ROUND
for i = 1, m do
  if s.l[i][1] == QUOTA then round = math.max(round, s.l[i][3]) end
end
local k = s.k or {1, now, 0, 0}
if now - k[2] >= round then k = {k[1] + 1, now, 0, now - k[2] < 2 * round and k[3] or 0} end
if counted ~= k[1] then k[3] = k[3] + 1 end
s.k = k

-- ---- windows that answers have told of: {last number, end, what was served at the last change, whether a look is awaited}
for _ = 1, arg() do
  at = at + 1
  local name = ARGV[at]
  local last, left, number = arg(), arg(), arg()
  local h = s.h[name]
  if not h or number > h[3] or h[2] <= now then
    -- Certainly later than what was known.
    s.h[name] = {last, now + left, s.v}
  elseif last < h[1] then
    h[1], h[3] = last, s.v
  end
end
for name, h in pairs(s.h) do
  if h[2] + FORGOTTEN < now then s.h[name] = nil end
end

-- ---- serving
local fresh = {}
local function serve()
  local t = math.max(now, s.p, s.f)
  for _ = 1, 256 do
    if s.v >= s.q then break end
    local most = s.q - s.v
    if s.g ~= OPEN then
      most = math.min(most, s.c)
      if s.g == LOOKING then t = math.max(t, s.t + PATIENCE) end
    end
    for _, h in pairs(s.h) do
      if h[2] > t then
        if s.v >= h[1] then
          -- Nothing is left until the end of the window.
          t = h[2]
        else
          most = math.min(most, h[1] - s.v)
        end
      end
    end
    -- What comes after the end of a window is not known: one call looks.
    local looks = false
    for _, h in pairs(s.h) do looks = looks or h[2] <= t end
    if looks then most = math.min(most, s.c) end
    for i = 1, m do
      local l = s.l[i]
      if l[1] == BUCKET then
        if level(l, t) < 1 - 1e-6 then t = l[5] + math.ceil((1 - l[4]) * 1000000 / l[2]) end
      else
        t = free(l, t, 1)
        if t < l[5] and l[7] then t = math.max(t, math.ceil(l[7] + evenly(l))) end
      end
    end
    if t > now + HORIZON then break end
    local burst, spacing = math.huge, 0
    for i = 1, m do
      local l = s.l[i]
      if l[1] == BUCKET then
        bring(l, t)
        burst = math.min(burst, math.floor(l[4] + 1e-6))
        spacing = math.max(spacing, 1000000 / l[2])
      else
        expire(l, t)
        most = math.min(most, l[2] - l[4])
        if t < l[5] then
          burst = 1
          spacing = math.max(spacing, evenly(l))
        end
      end
    end
    spacing = math.ceil(spacing)
    local n
    if burst > 1 then
      n = math.min(most, burst)
      spacing = 0
    else
      n = math.min(most, 1 + math.floor((now + HORIZON - t) / math.max(1, spacing)))
    end
    local last = t + (n - 1) * spacing
    for i = 1, m do
      local l = s.l[i]
      if l[1] == BUCKET then
        l[4] = math.min(l[4] + (last - t) * l[2] / 1000000 - n, l[3] - 1)
        l[5] = last
      else
        if s.c > 1 then redate(l, t, t, math.min(s.c - 1, s.v - s.w)) end
        log(l, t, last, n)
        l[7] = last
      end
    end
    fresh[#fresh + 1] = {s.v + 1, s.v + n, t, spacing}
    s.v = s.v + n
    s.f = last
    if s.g ~= OPEN then
      s.g = LOOKING
      s.t = last
    end
    if looks then
      for _, h in pairs(s.h) do
        if h[2] <= t then h[1], h[2], h[3], h[4] = s.v, last + PATIENCE, s.v - n, true end
      end
    end
    t = last
  end
  if s.v == s.q then s.w = s.v end
end

-- When a number that is not served yet could be at the soonest.
local function forecast(number)
  local t = math.max(now, s.p, s.f)
  local ahead = number - s.v
  if s.g == LOOKING then t = math.max(t, now + HORIZON) end
  for _, h in pairs(s.h) do
    -- A look may be answered at any time.
    if h[2] > t and number > h[1] then t = h[4] and math.max(t, now + HORIZON) or h[2] end
  end
  local latest = t
  for i = 1, m do
    local l = s.l[i]
    if l[1] == BUCKET then
      latest = math.max(latest, l[5] + math.ceil((ahead - l[4]) * 1000000 / l[2]))
    else
      latest = math.max(latest, free(l, t, ahead))
      if t < l[5] and l[7] then latest = math.max(latest, math.min(l[5], math.ceil(l[7] + ahead * evenly(l)))) end
    end
  end
  return latest
end

serve()
-- Those who asked before may ask about these.
for _, run in ipairs(fresh) do s.r[#s.r + 1] = run end
fresh = {}
local first = 0
if want > 0 and forecast(s.q + 1) - now <= longest then
  first = s.q + 1
  s.q = s.q + want
  serve()
end

-- ---- reply
s.n = s.n + 1
local out = {s.n, s.q, s.e, math.max(0, s.p - now), s.g == LOOKING and 1 or 0, math.max(0, forecast(s.q + 1) - now)}
local part = math.max(0, 1 - (now - budget[1]) / 10000000)
out[7], out[8] = math.floor(budget[2] + budget[4] * part), math.ceil(budget[3] + budget[5] * part)
out[9], out[10] = k[1], math.max(1, k[3], k[4])
out[11], out[12], out[13] = s.y and math.floor(s.y[1][2] * 1000) or 0, first, m
for i = 1, m do
  local l = s.l[i]
  out[#out + 1] = math.max(0, math.floor(l[4]))
end
local windows = #out + 1
out[windows] = 0
for name, h in pairs(s.h) do
  out[windows] = out[windows] + 1
  out[#out + 1] = name
  out[#out + 1] = h[1]
  out[#out + 1] = math.max(0, h[2] - now)
  out[#out + 1] = h[3]
end
-- What came due before its process heard of it may go now, if the limits have room for it.
local function overdue(since, n)
  for i = 1, m do
    local l = s.l[i]
    if l[1] == BUCKET then
      n = math.min(n, math.max(1, math.floor(l[3])))
    end
  end
  for i = 1, m do
    local l = s.l[i]
    if l[1] == BUCKET then
      bring(l, now)
      l[4] = math.min(l[4], l[3] - n)
    else
      redate(l, since, now, n)
    end
  end
  return n
end
local function tell(from, count)
  local to = from + count - 1
  local place = #out + 1
  local runs = 0
  out[place] = 0
  local function add(n, wait, spacing)
    if n > 0 then
      runs = runs + 1
      out[#out + 1] = n
      out[#out + 1] = wait
      out[#out + 1] = spacing
    end
  end
  for _, list in ipairs({s.r, fresh}) do
    for _, run in ipairs(list) do
      local a, b = math.max(from, run[1]), math.min(to, run[2])
      if a <= b then
        local due = run[3] + (a - run[1]) * run[4]
        local n = b - a + 1
        local late = 0
        if due < now - GRACE then
          late = run[4] == 0 and n or math.min(n, math.ceil((now - GRACE - due) / run[4]))
        end
        if late > 0 then add(overdue(due + (late - 1) * run[4], late), 0, 0) end
        add(n - late, due + late * run[4] - now, run[4])
      end
    end
  end
  out[place] = runs
  local open = math.max(0, to - math.max(s.v, from - 1))
  out[#out + 1] = open
  out[#out + 1] = open > 0 and math.max(0, forecast(to - open + 1) - now) or 0
end
for _ = 1, arg() do
  local from = arg()
  tell(from, arg())
end
if first > 0 then tell(first, want) end

local kept = {}
for i, run in ipairs(s.r) do
  if #s.r - i < MOST_RUNS and run[3] + (run[2] - run[1]) * run[4] >= now - KEPT then kept[#kept + 1] = run end
end
s.r = kept
redis.call('HSET', key, 'state', cmsgpack.pack(s))
redis.call('PEXPIRE', key, string.format('%.0f', ttl + math.max(0, s.p - now) / 1000))
return out
