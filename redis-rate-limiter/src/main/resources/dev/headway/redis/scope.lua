-- One scope is one hash. Calls take numbers (one for each unit of cost); the limits serve the numbers in their order, on the
-- engine's own clock. What is served has its moment and goes; nothing is served more than HORIZON ahead, so that a pause or
-- another limit moves all the rest. All times are whole microseconds.
--
-- ARGV, all numbers: units wanted, longest wait, greatest cost of a call, time to live (ms)
--   | what the caller has seen last: change counter, numbers handed out, pause left, how long ago
--   | refused: pause, epoch | accepted: epoch | calls and resends since the last report
--   | units that went besides | 1 if the caller went its own way until now | round in which the caller was counted | cost of the first call
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
local BUCKET, QUOTA = 1, 2
local SHORTEST_TRY, LONGEST_TRY, LONG, LEAST_RATE = 2000000, 60000000, 3000000, 0.2
local OPEN, LOOK, LOOKING = 0, 1, 2
local SHORTEST_ROUND = 10000000
local STATE, STATE_SIZE = '<dddddddddddddddddddddddddddd', 224

local max, min, floor, ceil, tonumber = math.max, math.min, math.floor, math.ceil, tonumber
local call, pack, unpack = redis.call, cmsgpack.pack, cmsgpack.unpack

local key, words, at = KEYS[1], ARGV, 17
local function arg()
  at = at + 1
  return tonumber(words[at])
end
local want, longest, cost = tonumber(words[1]), tonumber(words[2]), tonumber(words[3])
local seenN, seenQ = tonumber(words[5]), tonumber(words[6])
local pause, pauseEpoch, acceptedEpoch = tonumber(words[9]), tonumber(words[10]), tonumber(words[11])
local calls, resends = tonumber(words[12]), tonumber(words[13])
local besides, back = tonumber(words[14]), words[15] == '1'
local counted = tonumber(words[16])

local time = call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local raw = call('HGET', key, 'state')
-- Numbers handed out and served, up to which all calls were whole, the last moment given, paused until, gate, when a look went,
-- epoch, changes, offset and last value of the clock, greatest cost; the retry budget of this span, and of the one before;
-- what was served a second or two ago, and at the end of the last pause; the round in which each process is counted once, its begin,
-- how many were in it and in the one before; whether there is more than this and the limits.
local q, v, whole, given, paused, gate, looked, epoch, changes, offset, clock, greatest
local budgetAt, allCalls, allResends, formerCalls, formerResends
local beforeAt, before, sinceAt, since, pausedAt, pausedBy, hasMore
local round, roundAt, inRound, inFormer
local limits, runs, windows, learned
if raw then
  q, v, whole, given, paused, gate, looked, epoch, changes, offset, clock, greatest,
    budgetAt, allCalls, allResends, formerCalls, formerResends,
    beforeAt, before, sinceAt, since, pausedAt, pausedBy, round, roundAt, inRound, inFormer, hasMore = struct.unpack(STATE, raw)
  limits = unpack(string.sub(raw, STATE_SIZE + 1))
  if hasMore == 1 then
    local more = unpack(call('HGET', key, 'more'))
    runs, windows, learned = more[1], more[2], more[3]
  end
else
  q, v, whole, given, paused, gate, looked, epoch, changes, offset, clock, greatest = 0, 0, 0, 0, 0, OPEN, 0, 1, 0, 0, now, 1
  budgetAt, allCalls, allResends, formerCalls, formerResends = now, 0, 0, 0, 0
  round, roundAt, inRound, inFormer = 1, now, 0, 0
  limits = {}
end
runs, windows = runs or {}, windows or {}
-- A clock that never goes back: a jump moves everything with it.
now = now + offset
if now < clock then
  offset = offset + clock - now
  now = clock
end
clock = now
greatest = v < q and max(greatest, cost) or cost

-- ---- limits: {BUCKET, rate, most, level, at}
--   {QUOTA, limit, span, used, evenly until, last moment given, newest slice: first, last, how many; end of the oldest of the
--   others, place}: the others are a field of their own, which is touched where one ends only.
local older, touched = {}, {}
local function slices(l)
  local x = older[l]
  if not x then
    x = l[10] > 0 and unpack(call('HGET', key, 'slices' .. l[11])) or {}
    older[l] = x
  end
  return x
end
local function changed(l)
  local x = older[l]
  l[10] = x[2] or 0
  touched[l] = true
end
local function level(l, t)
  return t > l[5] and min(l[3], l[4] + (t - l[5]) * l[2] / 1000000) or l[4]
end
local function bring(l, t)
  l[4] = level(l, t)
  l[5] = max(l[5], t)
end
-- From when on there is room for so many more, not before t. What is more than the limit follows a span after what went first.
local function free(l, t, more)
  local rounds = floor((more - 1) / l[2])
  local over = l[4] + more - rounds * l[2] - l[2]
  if over > 0 then
    local x, i = slices(l), 1
    while x[i] and over > 0 do
      t = max(t, x[i + 1] + l[3])
      over = over - x[i + 2]
      i = i + 3
    end
    if over > 0 and l[9] > 0 then
      t = max(t, l[8] + l[3])
      over = over - l[9]
    end
    if over > 0 then t = t + l[3] * ceil(over / l[2]) end
  end
  return t + rounds * l[3]
end
local function expire(l, t)
  if l[10] > 0 and l[10] + l[3] <= t then
    local x, gone = slices(l), 0
    while x[3 * gone + 1] and x[3 * gone + 2] + l[3] <= t do
      l[4] = l[4] - x[3 * gone + 3]
      gone = gone + 1
    end
    local left = {}
    for i = 3 * gone + 1, #x do left[#left + 1] = x[i] end
    older[l] = left
    changed(l)
  end
  if l[10] == 0 and l[9] > 0 and l[8] + l[3] <= t then
    l[4] = l[4] - l[9]
    l[9] = 0
  end
end
local function log(l, first, last, n)
  if l[9] > 0 and first < l[7] + l[3] / SLICES then
    l[8] = max(l[8], last)
    l[9] = l[9] + n
  else
    if l[9] > 0 then
      local x = slices(l)
      local size = #x
      x[size + 1], x[size + 2], x[size + 3] = l[7], l[8], l[9]
      changed(l)
    end
    l[7], l[8], l[9] = first, last, n
  end
  l[4] = l[4] + n
end
-- The last n that went before that time count from a later one.
local function redate(l, before, t, n)
  local x = slices(l)
  if l[9] > 0 then
    local size = #x
    x[size + 1], x[size + 2], x[size + 3] = l[7], l[8], l[9]
  end
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
  local size = #x
  l[7], l[8], l[9] = x[size - 2] or 0, x[size - 1] or 0, x[size] or 0
  x[size], x[size - 1], x[size - 2] = nil, nil, nil
  changed(l)
  l[4] = l[4] - moved
  if moved > 0 then log(l, t, t, moved) end
end
-- The distance of calls that go evenly, with what those may take who still go their own way.
local function evenly(l) return 1.25 * l[3] / l[2] end

local lost = seenN > 0 and seenN > changes
local m = arg()
for i = 1, m do
  local kind, a, b, used = arg(), arg(), arg(), arg()
  local l = limits[i]
  if not l or l[1] ~= kind then
    if kind == BUCKET then
      l = {BUCKET, a, b, raw and min(1, b) or b, now}
    else
      l = {QUOTA, a, b, 0, raw and now + b or 0, 0, 0, 0, 0, 0, i}
    end
    limits[i] = l
  else
    -- The limits of whoever came last hold; what went counts.
    if kind == BUCKET then bring(l, now) l[4] = min(l[4], b) end
    l[2], l[3] = a, b
  end
  if lost then
    if kind == BUCKET then
      l[4] = min(l[4], used, 1)
    else
      local heard = now - tonumber(words[8])
      if used > l[4] then log(l, heard, heard, used - l[4]) end
      -- Others were given more since.
      l[5] = max(l[5], now + b)
    end
  end
end
for i = #limits, m + 1, -1 do limits[i] = nil end
-- Where nothing is told, refusals tell: y is the rate that they leave, until when it is not raised, and how long it is tried.
if m > 0 or next(windows) then
  learned = nil
elseif learned then
  local y = learned
  bring(y[1], now)
  if now >= y[2] then
    -- Raised only if it was used.
    if v - y[4] >= 0.7 * y[1][2] * y[3] / 1000000 then
      y[1][2] = y[1][2] * 1.03
      y[3] = max(SHORTEST_TRY, y[3] / 2)
    end
    y[2], y[4] = now + y[3], v
  end
  m, limits[1] = 1, y[1]
end
if not beforeAt then beforeAt, before, sinceAt, since, pausedAt, pausedBy = now, v, now, v, now, v end
if now - sinceAt >= 1000000 then beforeAt, before, sinceAt, since = sinceAt, since, now, v end
if lost then
  -- The caller has seen a later state than this one: it was lost, or written back.
  changes = seenN
  if seenQ > q then
    v = v + seenQ - q
    whole = v
    q = seenQ
  end
  paused = max(paused, now + min(tonumber(words[7]), LONGEST_PAUSE))
  if paused > now then gate = LOOK end
end

-- ---- what the caller tells
if pause > 0 then
  paused = max(paused, now + min(pause, LONGEST_PAUSE))
  gate = LOOK
  if pauseEpoch == epoch then
    epoch = epoch + 1
    if learned or (m == 0 and not next(windows)) then
      local shown = (v - before) / max(1, (now - beforeAt) / 1000000)
      if pause >= LONG then shown = (v - pausedBy) / max(1, (now + pause - pausedAt) / 1000000) end
      local y = learned or {{BUCKET, 1e9, 1, 0, now}, 0, SHORTEST_TRY / 2, v}
      y[1][2] = max(LEAST_RATE, min(0.95 * shown, 0.97 * y[1][2]), y[1][2] < 1e9 and y[1][2] / 2 or 0)
      y[3] = min(2 * y[3], LONGEST_TRY)
      y[2], y[4] = now + pause + y[3], v
      m, learned, limits[1] = 1, y, y[1]
      pausedAt, pausedBy = now + pause, v
    end
    for i = 1, m do
      local l = limits[i]
      if l[1] == BUCKET then
        bring(l, now)
        l[4] = min(l[4], 0)
      end
    end
  end
end
for i = 1, m do
  local l = limits[i]
  if l[1] == BUCKET then
    bring(l, now)
    if back then l[4] = min(l[4], 0) end
    l[4] = l[4] - besides
  else
    expire(l, now)
    if back then l[5] = max(l[5], now + l[3]) end
    if besides > 0 then log(l, now, now, besides) end
  end
end
if acceptedEpoch == epoch and gate == LOOKING then
  gate = OPEN
  for i = 1, m do
    local l = limits[i]
    -- Who refused within a quota counts otherwise than was thought: never all at once after that.
    if l[1] == QUOTA then l[5] = now + l[3] end
  end
end
if now - budgetAt >= 10000000 then
  local fresh = now - budgetAt < 20000000
  formerCalls, formerResends = fresh and allCalls or 0, fresh and allResends or 0
  budgetAt, allCalls, allResends = now, 0, 0
end
allCalls, allResends = allCalls + calls, allResends + resends
-- Each process is counted once in a round.
local length = SHORTEST_ROUND
for i = 1, m do
  if limits[i][1] == QUOTA then length = max(length, limits[i][3]) end
end
if now - roundAt >= length then
  round, roundAt, inRound, inFormer = round + 1, now, 0, now - roundAt < 2 * length and inRound or 0
end
if counted ~= round then inRound = inRound + 1 end

-- ---- windows that answers have told of: {last number, end, what was served at the last change, whether a look is awaited}
for _ = 1, arg() do
  at = at + 1
  local name = words[at]
  local last, left, number = arg(), arg(), arg()
  local h = windows[name]
  if not h or number > h[3] or h[2] <= now then
    -- Certainly later than what was known.
    windows[name] = {last, now + left, v}
  elseif last < h[1] then
    h[1], h[3] = last, v
  end
end
for name, h in pairs(windows) do
  if h[2] + FORGOTTEN < now then windows[name] = nil end
end
local windowed = next(windows)

-- ---- serving
local fresh = {}
local function serve()
  local t = max(now, paused, given)
  for _ = 1, 256 do
    if v >= q then break end
    local most = q - v
    if gate ~= OPEN then
      most = min(most, greatest)
      if gate == LOOKING then t = max(t, looked + PATIENCE) end
    end
    local looks = false
    if windowed then
      for _, h in pairs(windows) do
        if h[2] > t then
          if v >= h[1] then
            -- Nothing is left until the end of the window.
            t = h[2]
          else
            most = min(most, h[1] - v)
          end
        end
      end
      -- What comes after the end of a window is not known: one call looks.
      for _, h in pairs(windows) do looks = looks or h[2] <= t end
      if looks then most = min(most, greatest) end
    end
    for i = 1, m do
      local l = limits[i]
      if l[1] == BUCKET then
        if level(l, t) < 1 - 1e-6 then t = l[5] + ceil((1 - l[4]) * 1000000 / l[2]) end
      else
        t = free(l, t, 1)
        if t < l[5] and l[6] > 0 then t = max(t, ceil(l[6] + evenly(l))) end
      end
    end
    if t > now + HORIZON then break end
    local burst, spacing = math.huge, 0
    for i = 1, m do
      local l = limits[i]
      if l[1] == BUCKET then
        bring(l, t)
        burst = min(burst, floor(l[4] + 1e-6))
        spacing = max(spacing, 1000000 / l[2])
      else
        expire(l, t)
        most = min(most, l[2] - l[4])
        if t < l[5] then
          burst = 1
          spacing = max(spacing, evenly(l))
        end
      end
    end
    spacing = ceil(spacing)
    local n
    if burst > 1 then
      n = min(most, burst)
      spacing = 0
    else
      n = min(most, 1 + floor((now + HORIZON - t) / max(1, spacing)))
    end
    local last = t + (n - 1) * spacing
    for i = 1, m do
      local l = limits[i]
      if l[1] == BUCKET then
        l[4] = min(l[4] + (last - t) * l[2] / 1000000 - n, l[3] - 1)
        l[5] = last
      else
        if greatest > 1 then redate(l, t, t, min(greatest - 1, v - whole)) end
        log(l, t, last, n)
        l[6] = last
      end
    end
    fresh[#fresh + 1] = {v + 1, v + n, t, spacing}
    v = v + n
    given = last
    if gate ~= OPEN then
      gate = LOOKING
      looked = last
    end
    if looks then
      for _, h in pairs(windows) do
        if h[2] <= t then h[1], h[2], h[3], h[4] = v, last + PATIENCE, v - n, true end
      end
    end
    t = last
  end
  if v == q then whole = v end
end

-- When a number that is not served yet could be at the soonest.
local function forecast(number)
  local t = max(now, paused, given)
  local ahead = number - v
  if gate == LOOKING then t = max(t, now + HORIZON) end
  if windowed then
    for _, h in pairs(windows) do
      -- A look may be answered at any time.
      if h[2] > t and number > h[1] then t = h[4] and max(t, now + HORIZON) or h[2] end
    end
  end
  local latest = t
  for i = 1, m do
    local l = limits[i]
    if l[1] == BUCKET then
      latest = max(latest, l[5] + ceil((ahead - l[4]) * 1000000 / l[2]))
    else
      latest = max(latest, free(l, t, ahead))
      if t < l[5] and l[6] > 0 then latest = max(latest, min(l[5], ceil(l[6] + ahead * evenly(l)))) end
    end
  end
  return latest
end

if v < q then
  serve()
  -- Those who asked before may ask about these.
  for _, run in ipairs(fresh) do runs[#runs + 1] = run end
  fresh = {}
end
local first = 0
-- A call that can not have all its units in time takes none: nobody would use them, and all others would wait for them.
if want > 0 and forecast(q + max(1, min(want, tonumber(words[17])))) - now <= longest then
  first = q + 1
  q = q + want
  serve()
end

-- ---- reply
changes = changes + 1
local part = max(0, 1 - (now - budgetAt) / 10000000)
local out = {changes, q, epoch, max(0, paused - now), gate == LOOKING and 1 or 0, max(0, forecast(q + 1) - now),
  floor(allCalls + formerCalls * part), ceil(allResends + formerResends * part),
  round, max(1, inRound, inFormer), learned and floor(learned[1][2] * 1000) or 0, first, m}
for i = 1, m do out[13 + i] = max(0, floor(limits[i][4])) end
local size = 14 + m
out[size] = 0
if windowed then
  local place = size
  for name, h in pairs(windows) do
    out[place] = out[place] + 1
    out[size + 1], out[size + 2], out[size + 3], out[size + 4] = name, h[1], max(0, h[2] - now), h[3]
    size = size + 4
  end
end
-- What came due before its process heard of it may go now, if the limits have room for it.
local function overdue(since, n)
  for i = 1, m do
    local l = limits[i]
    if l[1] == BUCKET then
      n = min(n, max(1, floor(l[3])))
    end
  end
  for i = 1, m do
    local l = limits[i]
    if l[1] == BUCKET then
      bring(l, now)
      l[4] = min(l[4], l[3] - n)
    else
      redate(l, since, now, n)
    end
  end
  return n
end
local function tell(from, count)
  local to = from + count - 1
  size = size + 1
  local place = size
  out[place] = 0
  local function add(n, wait, spacing)
    if n > 0 then
      out[place] = out[place] + 1
      out[size + 1], out[size + 2], out[size + 3] = n, wait, spacing
      size = size + 3
    end
  end
  local function tellOf(list)
    for _, run in ipairs(list) do
      local a, b = max(from, run[1]), min(to, run[2])
      if a <= b then
        local due = run[3] + (a - run[1]) * run[4]
        local n = b - a + 1
        local late = 0
        if due < now - GRACE then
          late = run[4] == 0 and n or min(n, ceil((now - GRACE - due) / run[4]))
          add(overdue(due + (late - 1) * run[4], late), 0, 0)
        end
        add(n - late, due + late * run[4] - now, run[4])
      end
    end
  end
  tellOf(runs)
  tellOf(fresh)
  local open = max(0, to - max(v, from - 1))
  out[size + 1] = open
  out[size + 2] = open > 0 and max(0, forecast(to - open + 1) - now) or 0
  size = size + 2
end
for _ = 1, arg() do
  local from = arg()
  tell(from, arg())
end
if first > 0 then tell(first, want) end

if runs[1] then
  local kept = {}
  for i, run in ipairs(runs) do
    if #runs - i < MOST_RUNS and run[3] + (run[2] - run[1]) * run[4] >= now - KEPT then kept[#kept + 1] = run end
  end
  runs = kept
end
hasMore = 0
if runs[1] or learned or windowed then
  hasMore = 1
  call('HSET', key, 'more', pack({runs, windows, learned}))
end
for l in pairs(touched) do call('HSET', key, 'slices' .. l[11], pack(older[l])) end
call('HSET', key, 'state', struct.pack(STATE, q, v, whole, given, paused, gate, looked, epoch, changes, offset, clock, greatest,
  budgetAt, allCalls, allResends, formerCalls, formerResends, beforeAt, before, sinceAt, since, pausedAt, pausedBy,
  round, roundAt, inRound, inFormer, hasMore)
  .. pack(limits))
call('PEXPIRE', key, paused > now and string.format('%.0f', words[4] + (paused - now) / 1000) or words[4])
return out
