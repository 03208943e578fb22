/**
 * KEYS  1 epoch counter of the session's lease · 2 session document · 3 campaign document · 4 open guard ·
 *       5 journal stream of the day · 6 feed stream · 7 feed counter · 8 dates set · 9 accounts hash · 10 feed state ·
 *       11 mark of what happens once · 12 reviews hash
 * ARGV  1 JSON: { epoch?: string, session?: {expectedSeq, json}, campaign?: {expectedSeq, json}, openGuard?: string,
 *         onceFor_s?: number, feedFloor: number, date, accountId, account: string, feedChannel, campaignChannel,
 *         events: [{publish: boolean, entry: string}], reviews: [{name, json, once: boolean}] }
 *
 * Documents are hashes {seq, json}; a missing one has seq 0. Everything is checked before anything is written. An epoch
 * counter below the writer's epoch is one that was lost. A feed counter below `feedFloor` is one too: numbers that were
 * given are not given again, and what stood under them is not waited for.
 *
 * Returns JSON: { ok: true, feedNos: [number | false], lastFeedNo: number } or { ok: false, reason: 'stale_epoch' |
 * 'store_lost' | 'conflict' | 'already_opened' | 'already_done' }.
 */
import { defineScript } from './script.ts'

export const COMMIT = defineScript(`
local commit = cjson.decode(ARGV[1])
local function refuse(reason) return cjson.encode({ ok = false, reason = reason }) end
local function seqOf(key) return tonumber(redis.call('HGET', key, 'seq') or '0') end

if commit.epoch then
  local newest = tonumber(redis.call('GET', KEYS[1]) or '0')
  if newest < tonumber(commit.epoch) then return refuse('store_lost') end
  if newest > tonumber(commit.epoch) then return refuse('stale_epoch') end
end
if commit.session and seqOf(KEYS[2]) ~= commit.session.expectedSeq then return refuse('conflict') end
if commit.campaign and seqOf(KEYS[3]) ~= commit.campaign.expectedSeq then return refuse('conflict') end
if commit.openGuard and redis.call('EXISTS', KEYS[4]) == 1 then return refuse('already_opened') end
if commit.onceFor_s and redis.call('EXISTS', KEYS[11]) == 1 then return refuse('already_done') end
for _, field in ipairs(commit.reviews) do
  if field.once and redis.call('HEXISTS', KEYS[12], field.name) == 1 then return refuse('conflict') end
end

local function replace(key, document)
  redis.call('HSET', key, 'seq', document.expectedSeq + 1, 'json', document.json)
end
if commit.session then replace(KEYS[2], commit.session) end
if commit.campaign then
  replace(KEYS[3], commit.campaign)
  redis.call('PUBLISH', commit.campaignChannel, commit.accountId)
end
if commit.openGuard then redis.call('SET', KEYS[4], commit.openGuard) end
if commit.onceFor_s then redis.call('SET', KEYS[11], '1', 'EX', commit.onceFor_s) end
redis.call('HSET', KEYS[9], commit.accountId, commit.account)
redis.call('SADD', KEYS[8], commit.date)
for _, field in ipairs(commit.reviews) do redis.call('HSET', KEYS[12], field.name, field.json) end

if tonumber(redis.call('GET', KEYS[7]) or '0') < commit.feedFloor then
  redis.call('SET', KEYS[7], commit.feedFloor)
  redis.call('HSET', KEYS[10], 'cursor', commit.feedFloor)
end
local feedNos = {}
local published = false
for i, event in ipairs(commit.events) do
  local feedNo = false
  if event.publish then feedNo = redis.call('INCR', KEYS[7]) end
  local id = redis.call('XADD', KEYS[5], '*', 'feed', feedNo or '', 'entry', event.entry)
  if feedNo then
    redis.call('XADD', KEYS[6], feedNo .. '-0', 'id', id, 'entry', event.entry)
    published = true
  end
  feedNos[i] = feedNo
end
if published then redis.call('PUBLISH', commit.feedChannel, commit.accountId) end
local lastFeedNo = tonumber(redis.call('GET', KEYS[7]) or '0')
if #feedNos == 0 then return '{"ok":true,"feedNos":[],"lastFeedNo":' .. lastFeedNo .. '}' end
return cjson.encode({ ok = true, feedNos = feedNos, lastFeedNo = lastFeedNo })
`)
