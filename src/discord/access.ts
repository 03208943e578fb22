/**
 * Who may do what, where. Composable checks over plain facts of an interaction; every command, button, modal and
 * autocomplete passes through `allowed`.
 *
 * 1. Only the configured servers, and there only the configured channels and their threads.
 * 2. `operate` needs an operator role, `approve` an approver role, `attend` one of these, `view` any of the three
 *    kinds. Being an approver does not make an operator.
 * 3. Without viewer roles everyone who can use the channel may look. Without operator (or approver) roles only members
 *    with the permission Manage Server may operate (or approve): nothing is open by omission.
 */
import type { Refusal } from '../session/refusal.ts'

export type Authority = 'view' | 'attend' | 'operate' | 'approve'

export interface AccessPolicy {
  /** Servers and channels in which the desk may be used; it posts in the first. */
  readonly guildIds: readonly string[]
  readonly channelIds: readonly string[]
  readonly operatorRoleIds: readonly string[]
  readonly approverRoleIds: readonly string[]
  readonly viewerRoleIds: readonly string[]
}

/** What an interaction says about who uses it and where. */
export interface AccessFacts {
  readonly guildId: string | null
  readonly channelId: string | null
  /** The channel a thread belongs to; null outside threads. */
  readonly parentChannelId: string | null
  readonly roleIds: readonly string[]
  /** Manage Server (or Administrator, or ownership, which imply it). */
  readonly managesServer: boolean
}

/** Null lets pass. */
type Precondition = (facts: AccessFacts) => Refusal | null

/** The first refusal of `checks`, in order. */
export function all(...checks: readonly Precondition[]): Precondition {
  return (facts) => {
    for (const check of checks) {
      const refusal = check(facts)
      if (refusal !== null) return refusal
    }
    return null
  }
}

export const inGuild =
  (guildIds: readonly string[]): Precondition =>
  (facts) =>
    facts.guildId !== null && guildIds.includes(facts.guildId)
      ? null
      : { code: 'wrong_channel', message: 'This desk works in another server only.', numbers: {} }

const CHANNELS_NAMED_MAX = 5

const listed = (channelIds: readonly string[]): string =>
  channelIds
    .slice(0, CHANNELS_NAMED_MAX)
    .map((id) => `<#${id}>`)
    .join(' or ')

export const inChannel =
  (channelIds: readonly string[]): Precondition =>
  ({ channelId, parentChannelId }) =>
    [channelId, parentChannelId].some((id) => id !== null && channelIds.includes(id))
      ? null
      : { code: 'wrong_channel', message: `Use this in ${listed(channelIds)}: the desk works there.`, numbers: {} }

const NEEDED: Readonly<Record<Authority, string>> = {
  view: 'a viewer, operator or approver role',
  attend: 'an operator or approver role',
  operate: 'an operator role',
  approve: 'an approver role',
}

function holds(authority: Authority, policy: AccessPolicy, facts: AccessFacts): boolean {
  const any = (roleIds: readonly string[]): boolean => roleIds.some((id) => facts.roleIds.includes(id))
  const held = (roleIds: readonly string[]): boolean => (roleIds.length === 0 ? facts.managesServer : any(roleIds))
  switch (authority) {
    case 'operate':
      return held(policy.operatorRoleIds)
    case 'approve':
      return held(policy.approverRoleIds)
    case 'attend':
      return held(policy.operatorRoleIds) || held(policy.approverRoleIds)
    case 'view':
      if (policy.viewerRoleIds.length === 0) return true
      return any(policy.viewerRoleIds) || held(policy.operatorRoleIds) || held(policy.approverRoleIds)
  }
}

const withAuthority =
  (authority: Authority, policy: AccessPolicy): Precondition =>
  (facts) =>
    holds(authority, policy, facts)
      ? null
      : {
          code: 'not_permitted',
          message: `This needs ${NEEDED[authority]}. Ask whoever manages this server for it.`,
          numbers: {},
        }

/** Server, channel and role. */
export function allowed(authority: Authority, policy: AccessPolicy): Precondition {
  return all(inGuild(policy.guildIds), inChannel(policy.channelIds), withAuthority(authority, policy))
}
