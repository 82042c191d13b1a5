-- One scope is one hash. Calls take numbers (one for each unit of cost); the limits serve the numbers in their order, on the
-- engine's own clock, those of a call that costs more than one all in one moment. What is served has its moment and goes; nothing
-- is served more than HORIZON ahead, so that a pause or another limit moves all the rest. All times are whole microseconds.
--
-- ARGV[1], doubles:
--   units wanted, longest wait, time to live (ms)
--   | what the caller has seen last: change counter, numbers handed out, pause left, how long ago
--   | refused: pause, epoch | accepted: epoch | calls and resends since the last report
--   | units that went besides | 1 if the caller went its own way until now
--   | round in which the caller was counted | cost of the first call
--   | how many limits, calls that came late, windows, leases, numbers given up, dear calls
--   | of each limit: kind, a, b, what the caller has seen used of it
--       kind 1, a bucket: a tokens a second, b at most; kind 2, a quota: a in any b
--   | of units that came to the server later than they went: how many, how long ago the last went, and may have come
--   | of each window that an answer has told of: last number, time to the end, number of its call
--   | of each lease that is asked about: first number, how many
--   | of numbers that nobody waits for any more: first, how many
--   | of each call that costs more than one, of those wanted: its place among the units, its cost
-- ARGV[2] and following: the names of the windows
-- Reply: doubles, and then the names of the windows that are learned:
--   change counter, numbers handed out, epoch, pause left, 1 if the answer of a look is awaited, wait of the next number,
--   calls and resends of everybody, round, processes, rate that refusals tell (in 1000 s) or 0, first number of the new lease or 0,
--   1 if calls of different costs wait | how many limits, used of each | how many windows, of each: last number, time to the end, last change
--   | of each lease asked about, and the new one: how many runs, each: count, wait, spacing;
--   how many are not served yet, and the wait of the first of them
local HORIZON, PATIENCE, KEPT, SLICES, GRACE, MOST_RUNS = 100000, 2000000, 500000, 32, 5000, 2048
local WAYS, LONGEST_PAUSE, FORGOTTEN = 40000, 900000000, 600000000
local BUCKET, QUOTA = 1, 2
local SHORTEST_TRY, LONGEST_TRY, LONG, LEAST_RATE = 2000000, 60000000, 3000000, 0.2
local OPEN, LOOK, LOOKING = 0, 1, 2
local SHORTEST_ROUND, BUDGET_SPAN = 10000000, 10000000
local ARGUMENTS, STATE, LIMIT = '<dddddddddddddddddddddd', '<ddddddddddddddddddddddddddd', '<ddddddddddd'
local STATE_SIZE, LIMIT_SIZE, SHORT_SIZE = 216, 88, 64

local max, min, floor, ceil, rep = math.max, math.min, math.floor, math.ceil, string.rep
local call, spread, bytes, read = redis.call, unpack, struct.pack, struct.unpack

local key, told = KEYS[1], ARGV[1]
local want, longest, ttl, seenN, seenQ, seenPause, seenAgo, pause, pauseEpoch, acceptedEpoch, calls, resends, besides, back,
  counted, firstCost, m, lates, reports, asked, gives, dears, at = read(ARGUMENTS, told)

local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local raw = call('HGET', key, 'state')
-- What the short way changes: numbers handed out and served, the last moment given, last value and offset of the clock, changes, calls
-- and resends of this span. Then paused until, gate, when a look went, epoch; when this span of the retry budget began, what the one
-- before had; what was served a second or two ago, and at the end of the last pause; the round in which each process is counted once,
-- its end, how many were in it and in the one before; when the time to live is renewed; whether there is more than this and the limits.
local q, v, given, clock, offset, changes, allCalls, allResends, paused, gate, looked, epoch, budgetAt, formerCalls, formerResends,
  beforeAt, before, sinceAt, since, pausedAt, pausedBy, round, roundEnds, inRound, inFormer, renewAt, hasMore
if raw then
  q, v, given, clock, offset, changes, allCalls, allResends, paused, gate, looked, epoch, budgetAt, formerCalls, formerResends,
    beforeAt, before, sinceAt, since, pausedAt, pausedBy, round, roundEnds, inRound, inFormer, renewAt, hasMore = read(STATE, raw)
else
  q, v, given, paused, gate, looked, epoch, changes, offset, clock, hasMore = 0, 0, 0, 0, OPEN, 0, 1, 0, 0, now, 0
  budgetAt, allCalls, allResends, formerCalls, formerResends = now, 0, 0, 0, 0
  beforeAt, before, sinceAt, since, pausedAt, pausedBy = now, 0, now, 0, now, 0
  round, roundEnds, inRound, inFormer, renewAt = 1, now + SHORTEST_ROUND, 0, 0, 0
end
-- A clock that never goes back: a jump moves everything with it.
now = now + offset
if now < clock then
  offset = offset + clock - now
  now = clock
end
-- When it was here last.
local former = clock
clock = now

-- ---- the short way, of most calls below the limit: nobody waits, nothing is told, and all limits have room
if raw and want > 0 and v == q and hasMore == 0 and gate == OPEN and paused <= now and given <= now and seenN <= changes
  and seenQ <= q and pause == 0 and besides == 0 and back == 0 and lates == 0 and reports == 0 and asked == 0 and gives == 0 and dears == 0
  and counted == round and now < roundEnds and now < budgetAt + BUDGET_SPAN and now < sinceAt + 1000000 and now < renewAt
  and #raw == STATE_SIZE + m * LIMIT_SIZE then
  local room, wait, limits, left = true, 0, '', ''
  for i = 1, m do
    local kind, a, b = read('<ddd', told, at + 32 * (i - 1))
    local k, la, lb, used, since, last, from, to, n, oldest, place = read(LIMIT, raw, STATE_SIZE + 1 + LIMIT_SIZE * (i - 1))
    room = k == kind and la == a and lb == b
    if not room then break end
    if kind == BUCKET then
      if now > since then used, since = used + (now - since) * a / 1000000, now end
      used = min(used, b)
      room = used >= want - 1e-6
      used = min(used - want, b - 1)
      wait = max(wait, ceil((1 - used) * 1000000 / a))
      left = left .. bytes('<d', max(0, floor(used)))
    else
      room = now >= since and used + want < a and (oldest == 0 or oldest + b > now)
        and (n == 0 or (now < from + b / SLICES and (oldest > 0 or to + b > now)))
      if n == 0 then from, to = now, now elseif to < now then to = now end
      used, last, n = used + want, now, n + want
      left = left .. bytes('<d', used)
    end
    if not room then break end
    limits = limits .. bytes(LIMIT, kind, a, b, used, since, last, from, to, n, oldest, place)
  end
  if room then
    changes, q, v, given = changes + 1, q + want, v + want, now
    allCalls, allResends = allCalls + calls, allResends + resends
    call('HSET', key, 'state', bytes('<dddddddd', q, v, given, clock, offset, changes, allCalls, allResends)
      .. string.sub(raw, SHORT_SIZE + 1, STATE_SIZE) .. limits)
    local part = 1 - (now - budgetAt) / BUDGET_SPAN
    local everybody, again = floor(allCalls + formerCalls * part), ceil(allResends + formerResends * part)
    return {bytes('<dddddddddddddd', changes, q, epoch, 0, 0, wait, everybody, again, round, max(1, inRound, inFormer), 0,
      q - want + 1, 0, m) .. left .. bytes('<ddddddd', 0, 1, want, 0, 0, 0, 0)}
  end
end

-- ---- whatever else there is
local function state(limits)
  return bytes(STATE, q, v, given, clock, offset, changes, allCalls, allResends, paused, gate, looked, epoch, budgetAt, formerCalls,
    formerResends, beforeAt, before, sinceAt, since, pausedAt, pausedBy, round, roundEnds, inRound, inFormer, renewAt, hasMore) .. limits
end
local function budget()
  local part = max(0, 1 - (now - budgetAt) / BUDGET_SPAN)
  return floor(allCalls + formerCalls * part), ceil(allResends + formerResends * part)
end

local function arg()
  local x
  x, at = read('<d', told, at)
  return x
end
local limits = {}
for i = 1, raw and (#raw - STATE_SIZE) / LIMIT_SIZE or 0 do
  limits[i] = {read(LIMIT, raw, STATE_SIZE + 1 + LIMIT_SIZE * (i - 1))}
end
-- Lately served: first, last, moment of the first, spacing; learned windows and rate; of the numbers not served yet those that go
-- together: first, how many, and less than 0 where nobody waits for them any more; how many these are;
-- the least number that somebody has asked about since the last look went.
local runs, windows, learned, groups, spare, awaited = {}, {}, nil, {}, 0, 0
if hasMore == 1 then
  local more = cmsgpack.unpack(call('HGET', key, 'more'))
  runs, windows, learned, groups, spare = more[1], more[2], more[3] or nil, more[4], more[5]
  awaited = more[6] or 0
end
-- The first of the groups that is not served.
local head = 1

-- ---- limits, eleven numbers each: {BUCKET, rate, most, level, at, …}
--   {QUOTA, limit, span, used, evenly until, last moment given, newest slice: first, last, how many; end of the oldest of the
--   others, place}: the others are a field of their own, which is touched where one ends only.
local older, touched = {}, {}
local function slices(l)
  local x = older[l]
  if not x then
    x = l[10] > 0 and cmsgpack.unpack(call('HGET', key, 'slices' .. l[11])) or {}
    older[l] = x
  end
  return x
end
local function changed(l)
  local x = older[l]
  l[10] = x[2] or 0
  touched[l] = true
end
-- A bucket is smaller than what was told, by what comes while calls are on their way. A call that costs more waits until it is
-- as full as was told, and takes the same from those behind it: before it and after it others may be late.
local function filled(l) return l[3] + WAYS * l[2] / 1000000 end
local function level(l, t, cost)
  return min(max(l[3], min(cost, filled(l))), l[4] + max(0, t - l[5]) * l[2] / 1000000)
end
local function bring(l, t, cost)
  l[4] = level(l, t, cost)
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
-- Takes out the last n that went before that time, as far as they still count; how many did.
local function takeOut(l, before, n)
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
  return moved
end
-- The last n that went before that time count from a later one, also those that counted no more.
local function redate(l, before, t, n)
  takeOut(l, before, n)
  if n > 0 then log(l, t, t + max(0, ceil(n / l[2]) - 1) * l[3], n) end
end
-- Of n that went before that time, those that still count do so from a later one, which may be past.
local function came(l, went, t, n)
  if t + l[3] <= now then return end
  local moved = takeOut(l, went, n)
  if moved == 0 then return end
  if l[9] == 0 or t >= l[7] then return log(l, t, t, moved) end
  local x = slices(l)
  local i = #x - 2
  while i > 0 and x[i] > t do i = i - 3 end
  if i > 0 and t < x[i] + l[3] / SLICES then
    x[i + 1], x[i + 2] = max(x[i + 1], t), x[i + 2] + moved
  else
    table.insert(x, i + 3, t)
    table.insert(x, i + 4, t)
    table.insert(x, i + 5, moved)
  end
  l[4] = l[4] + moved
  changed(l)
end
-- The distance of calls that go evenly, with what those may take who still go their own way.
local function evenly(l) return 1.25 * l[3] / l[2] end

-- ---- serving
local fresh, windowed = {}, next(windows)
-- Given up: nobody waits for these any more, and they take nothing of the limits.
local function pass(n)
  spare = spare - n
  v, before, since, pausedBy = v + n, before + n, since + n, pausedBy + n
  if learned then learned[4] = learned[4] + n end
  for _, h in pairs(windows) do h[1], h[3] = h[1] + n, h[3] + n end
end
-- Numbers up to a last one, from a time on and until another.
local function serve(from, till, number)
  local t = max(from, paused, given)
  for _ = 1, 256 do
    -- What is served already is no group any more, whatever a process has said of it.
    while groups[head] and (groups[head] <= v or (groups[head] == v + 1 and groups[head + 1] < 0)) do
      local n = -groups[head + 1]
      if groups[head] > v then pass(n) elseif n > 0 then spare = spare - n end
      head = head + 2
    end
    if v >= number then break end
    -- One call that costs more than one, or as many others as stand in front of the next such.
    local whole = groups[head] == v + 1
    local cost = whole and groups[head + 1] or 1
    local most = whole and cost or min(number, (groups[head] or q + 1) - 1) - v
    if gate ~= OPEN then
      most = cost
      if gate == LOOKING then t = max(t, looked + PATIENCE) end
    end
    local looks = false
    if windowed then
      for _, h in pairs(windows) do
        if h[2] > t then
          if h[1] - v < cost then
            -- Nothing, or too little, is left until the end of the window.
            t = h[2]
          else
            most = min(most, h[1] - v)
          end
        end
      end
      -- What comes after the end of a window is not known: one call looks.
      for _, h in pairs(windows) do looks = looks or h[2] <= t end
      if looks then most = cost end
    end
    for i = 1, m do
      local l = limits[i]
      if l[1] == BUCKET then
        local least = min(cost, filled(l))
        if level(l, t, cost) < least - 1e-6 then t = l[5] + ceil((least - l[4]) * 1000000 / l[2]) end
      else
        t = free(l, t, min(cost, l[2]))
        if t < l[5] and l[6] > 0 then t = max(t, ceil(l[6] + cost * evenly(l))) end
      end
    end
    -- A number is no look where nobody asks about it: those go by the limits, until one comes that is asked about.
    local nobodys = gate == LOOKING and awaited > v + 1
    if t > (nobodys and min(till, now) or till) then break end
    local burst, spacing = math.huge, 0
    for i = 1, m do
      local l = limits[i]
      if l[1] == BUCKET then
        bring(l, t, cost)
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
    if whole then
      n, spacing = cost, 0
    elseif burst > 1 then
      n, spacing = min(most, burst), 0
    else
      n = min(most, 1 + floor((till - t) / max(1, spacing)))
    end
    if n == 1 then spacing = 0 end
    local last = t + (n - 1) * spacing
    for i = 1, m do
      local l = limits[i]
      if l[1] == BUCKET then
        l[4] = min(l[4] + (last - t) * l[2] / 1000000 - n, l[3] - (whole and n or 1))
        l[5] = last
      else
        -- A call that takes more than the limit ever holds goes when that is whole, and counts for as long as it should have waited.
        log(l, t, last + max(0, ceil(n / l[2]) - 1) * l[3], n)
        l[6] = last
      end
    end
    local run = fresh[#fresh]
    if run and run[2] == v and run[3] == t and run[4] == 0 and spacing == 0 then
      run[2] = v + n
    else
      fresh[#fresh + 1] = {v + 1, v + n, t, spacing}
    end
    v = v + n
    if whole then head = head + 2 end
    given = last
    if gate ~= OPEN and not nobodys then
      gate = LOOKING
      looked = last
      awaited = 0
    end
    if looks then
      for _, h in pairs(windows) do
        if h[2] <= t then h[1], h[2], h[3], h[4] = v, last + PATIENCE, v - n, true end
      end
    end
    t = last
  end
end

-- The caller has seen what is not there any more. Another who had seen less may have been here since.
local lost = seenN > changes or seenQ > q
-- Or its time to live was over, and with it all that still counted.
local expired = not raw and seenAgo >= ttl * 750
-- What came due long ago, and nobody has asked about since, belongs to nobody: it does not wait for those behind it to ask.
if v < q and gate == OPEN and not lost and not windowed then
  local first, ours = asked > 0 and read('<d', told, at + 32 * m + 24 * (lates + reports)) or q + 1, m
  m, limits[1] = #limits, learned and learned[1] or limits[1]
  serve(former, now - KEPT, min(q, first - 1))
  for _, run in ipairs(fresh) do runs[#runs + 1] = run end
  m, fresh = ours, {}
end
-- What the call costs that is the first to be served.
local firstWaits = v == q and want > 0 and firstCost or groups[head] == v + 1 and groups[head + 1] or 1
for i = 1, m do
  local kind, a, b, used = arg(), arg(), arg(), arg()
  local l = limits[i]
  if not l or l[1] ~= kind then
    -- What went by the former limit still counts, by its last moment.
    if kind == BUCKET then
      l = {BUCKET, a, b, raw and min(1, b, (now - given) * a / 1000000) or b, now, 0, 0, 0, 0, 0, i}
    else
      l = {QUOTA, a, b, 0, raw and now + b or 0, given, 0, 0, 0, 0, i}
    end
    limits[i] = l
    renewAt = 0
  else
    -- The limits of whoever came last hold; what went counts.
    if kind == BUCKET then bring(l, now, firstWaits) end
    if l[2] ~= a or l[3] ~= b then renewAt = 0 end
    l[2], l[3] = a, b
  end
  if lost and not expired then
    if kind == BUCKET then
      l[4] = min(l[4], used, 1)
    else
      local heard = now - seenAgo
      if used > l[4] then log(l, heard, heard, used - l[4]) end
      -- Others were given more since.
      l[5] = max(l[5], now + b)
    end
  end
end
for i = #limits, m + 1, -1 do limits[i] = nil end
local cameLate = {}
for i = 1, 3 * lates do cameLate[i] = arg() end
-- Where nothing is told, refusals tell: y is the rate that they leave, until when it is not raised, and how long it is tried.
if m > 0 or next(windows) then
  learned = nil
elseif learned then
  local y = learned
  bring(y[1], now, firstWaits)
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
if now >= sinceAt + 1000000 then beforeAt, before, sinceAt, since = sinceAt, since, now, v end
if lost then
  -- The state was lost, or an older one written back.
  changes = max(changes, seenN)
  if seenQ > q then
    local jump = seenQ - q
    q, v, before, since, pausedBy = q + jump, v + jump, before + jump, since + jump, pausedBy + jump
    -- Nobody has these numbers.
    groups, spare = {}, 0
  end
  paused = max(paused, now + min(seenPause, LONGEST_PAUSE))
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
      local y = learned or {{BUCKET, 1e9, 1, 0, now, 0, 0, 0, 0, 0, 1}, 0, SHORTEST_TRY / 2, v}
      y[1][2] = max(LEAST_RATE, min(0.95 * shown, 0.97 * y[1][2]), y[1][2] < 1e9 and y[1][2] / 2 or 0)
      y[3] = min(2 * y[3], LONGEST_TRY)
      y[2], y[4] = now + pause + y[3], v
      m, learned, limits[1] = 1, y, y[1]
      pausedAt, pausedBy = now + pause, v
    end
    for i = 1, m do
      local l = limits[i]
      if l[1] == BUCKET then
        bring(l, now, firstWaits)
        l[4] = min(l[4], 0)
      end
    end
  end
end
for i = 1, m do
  local l = limits[i]
  if l[1] == BUCKET then
    bring(l, now, firstWaits)
    if back == 1 then l[4] = min(l[4], 0) end
    l[4] = l[4] - besides
  else
    expire(l, now)
    if back == 1 then l[5] = max(l[5], now + l[3]) end
    if besides > 0 then log(l, now, now, besides) end
    -- The last first: none takes for its own what others have moved.
    for j = 3 * lates, 3, -3 do came(l, now - cameLate[j - 1], now - cameLate[j], cameLate[j - 2]) end
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
if now >= budgetAt + BUDGET_SPAN then
  local fresh = now < budgetAt + 2 * BUDGET_SPAN
  formerCalls, formerResends = fresh and allCalls or 0, fresh and allResends or 0
  budgetAt, allCalls, allResends = now, 0, 0
end
allCalls, allResends = allCalls + calls, allResends + resends
-- Each process is counted once in a round.
local length = SHORTEST_ROUND
for i = 1, m do
  if limits[i][1] == QUOTA then length = max(length, limits[i][3]) end
end
if now >= roundEnds then
  round, roundEnds, inRound, inFormer = round + 1, now + length, 0, now < roundEnds + length and inRound or 0
end
if counted ~= round then inRound = inRound + 1 end

-- ---- windows that answers have told of: {last number, end, what was served at the last change, whether a look is awaited}
for i = 1, reports do
  local name = ARGV[i + 1]
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
windowed = next(windows)

-- The first of the groups that does not begin before a number.
local function group(number)
  local low, high = head, #groups + 1
  while low < high do
    local middle = low + 2 * floor((high - low) / 4)
    if groups[middle] < number then low = middle + 2 else high = middle end
  end
  return low
end
-- Nobody waits for these any more: they are passed, and take nothing of the limits.
local function giveUp(number, n)
  if number <= v then number, n = v + 1, n - (v + 1 - number) end
  if n < 1 or number + n - 1 > q then return end
  local i = group(number)
  if groups[i] ~= number then
    -- Where state was lost, others may have the same: never into what goes together.
    if i > head and groups[i - 2] + math.abs(groups[i - 1]) > number or groups[i] and groups[i] < number + n then return end
    table.insert(groups, i, number)
    table.insert(groups, i + 1, n)
  end
  if groups[i + 1] == n then
    groups[i + 1] = -n
    spare = spare + n
  end
end
-- When a number that is not served yet could be at the soonest.
local function forecast(number)
  local t = max(now, paused, given)
  local ahead = max(1, number - v - spare)
  if gate == LOOKING then t = max(t, now + HORIZON) end
  if windowed then
    for _, h in pairs(windows) do
      -- A look may be answered at any time.
      if h[2] > t and v + ahead > h[1] then t = h[4] and max(t, now + HORIZON) or h[2] end
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

local leases = {}
for i = 1, 2 * asked do leases[i] = arg() end
if gate == OPEN then awaited = 0 end
local function await(number)
  if gate ~= OPEN then awaited = awaited > 0 and min(awaited, number) or number end
end
for i = 1, 2 * asked, 2 do
  if leases[i] + leases[i + 1] - 1 > v then await(max(leases[i], v + 1)) end
end
-- What came due before its process heard of it may go now, if the limits have room for it.
local function overdue(first, last, n)
  -- What a bucket has got since might have run over, had these not gone, and is not counted twice.
  local function missing(l) return min(n, (now - first) * l[2] / 1000000) end
  for i = 1, m do
    local l = limits[i]
    if l[1] == BUCKET then
      bring(l, now, firstWaits)
      n = min(n, floor(l[3]))
      if missing(l) > l[4] + 1e-6 then n = max(0, floor(l[4])) end
    else
      -- Of those that do not count any more no more than there is room for.
      local x, counts = slices(l), l[9] > 0 and l[7] <= last and l[9] or 0
      for j = 1, #x, 3 do
        if x[j] <= last then counts = counts + x[j + 2] end
      end
      n = min(n, counts + max(0, l[2] - l[4]))
    end
  end
  for i = 1, m do
    local l = limits[i]
    if l[1] == BUCKET then
      l[4] = min(l[4] - missing(l), l[3] - n)
    else
      redate(l, last, now, n)
    end
  end
  return n
end
local function recall(from, to)
  local kept = {}
  local function keep(a, b, due, spacing)
    if a <= b then kept[#kept + 1] = {a, b, due, spacing} end
  end
  for _, run in ipairs(runs) do
    local a, b, spacing = max(from, run[1]), min(to, run[2]), run[4]
    local due = run[3] + (a - run[1]) * spacing
    if a <= b and due < now - GRACE then
      local past = spacing == 0 and b - a + 1 or min(b - a + 1, ceil((now - GRACE - due) / spacing))
      -- Where one call looks, these had their turn before.
      local go = gate == OPEN and overdue(due, due + (past - 1) * spacing, past) or 0
      keep(run[1], a - 1, run[3], spacing)
      keep(a + past - go, a + past - 1, now, 0)
      keep(a + past, run[2], due + past * spacing, spacing)
    else
      kept[#kept + 1] = run
    end
  end
  runs = kept
end
for i = 1, 2 * asked, 2 do
  if runs[1] then recall(leases[i], leases[i] + leases[i + 1] - 1) end
end
for _ = 1, gives do
  local number = arg()
  giveUp(number, arg())
end
if v < q then
  serve(now, now + HORIZON, q)
  -- Those who asked before may ask about these.
  for _, run in ipairs(fresh) do runs[#runs + 1] = run end
  fresh = {}
end
local first = 0
-- A call that can not have all its units in time takes none: nobody would use them, and all others would wait for them.
if want > 0 and forecast(q + min(want, firstCost)) - now <= longest then
  first = q + 1
  await(first)
  for _ = 1, dears do
    groups[#groups + 1] = q + arg()
    groups[#groups + 1] = arg()
  end
  q = q + want
  serve(now, now + HORIZON, q)
  local own = {}
  for _, run in ipairs(fresh) do
    if run[1] < first then runs[#runs + 1] = run else own[#own + 1] = run end
  end
  fresh = own
end

-- ---- reply
changes = changes + 1
local everybody, again = budget()
local out = {changes, q, epoch, max(0, paused - now), gate == LOOKING and 1 or 0, max(0, forecast(q + 1) - now),
  everybody, again, round, max(1, inRound, inFormer), learned and floor(learned[1][2] * 1000) or 0, first,
  groups[head] and 1 or 0, m}
for i = 1, m do out[14 + i] = max(0, floor(limits[i][4])) end
local size, names = 15 + m, {}
out[size] = 0
if windowed then
  local place = size
  for name, h in pairs(windows) do
    names[#names + 1] = name
    out[place] = #names
    out[size + 1], out[size + 2], out[size + 3] = h[1], max(0, h[2] - now), h[3]
    size = size + 3
  end
end
-- What all limits hold together at most.
local function largest()
  local n = math.huge
  for i = 1, m do n = min(n, limits[i][1] == BUCKET and filled(limits[i]) or limits[i][2]) end
  return max(1, floor(n))
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
      if a <= b then add(b - a + 1, run[3] + (a - run[1]) * run[4] - now, run[4]) end
    end
  end
  tellOf(runs)
  tellOf(fresh)
  local open = max(0, to - max(v, from - 1))
  out[size + 1] = open
  local number = to - open + 1
  local i = group(number)
  if groups[i] == number then number = number + min(groups[i + 1], largest()) - 1 end
  out[size + 2] = open > 0 and max(0, forecast(number) - now) or 0
  size = size + 2
end
for i = 1, 2 * asked, 2 do tell(leases[i], leases[i + 1]) end
if first > 0 then tell(first, want) end

if runs[1] then
  local kept = {}
  for i, run in ipairs(runs) do
    if #runs - i < MOST_RUNS and run[3] + (run[2] - run[1]) * run[4] >= now - KEPT then kept[#kept + 1] = run end
  end
  runs = kept
end
hasMore = 0
if runs[1] or learned or windowed or groups[head] or awaited > 0 then
  hasMore = 1
  local left = {}
  for i = head, #groups do left[#left + 1] = groups[i] end
  call('HSET', key, 'more', cmsgpack.pack({runs, windows, learned or false, left, spare, awaited}))
end
for l in pairs(touched) do call('HSET', key, 'slices' .. l[11], cmsgpack.pack(older[l])) end
local renews = paused > now or now >= renewAt
-- After a pause the time is the usual again.
if renews then renewAt = paused > now and 0 or now + ttl * 250 end
local kept = {}
for i = 1, m do kept[i] = bytes(LIMIT, spread(limits[i])) end
call('HSET', key, 'state', state(table.concat(kept)))
if renews then call('PEXPIRE', key, string.format('%.0f', ttl + max(0, paused - now) / 1000)) end
return {bytes('<' .. rep('d', size), spread(out)), spread(names)}
