/** Who is here: the member list, and the panel that says (and changes) who this page acts as. */
import { html, nothing, type TemplateResult } from 'lit'
import type { PageUser } from '../../../discord/page-api.ts'
import type { App } from '../app.ts'
import { cssColor, nameColor } from '../state.ts'
import { avatar } from './avatar.ts'
import { icon } from './icons.ts'

export function membersView(app: App): TemplateResult {
  const { world } = app.state
  if (!world) return html``
  const people = [...world.users.values()]
  const groups = [...world.roles.values()]
    .filter((role) => role.id !== world.guild.id)
    .sort((a, b) => b.position - a.position)
    .map((role) => ({ name: role.name, users: people.filter((user) => topRole(app, user) === role.id) }))
  const others = people.filter((user) => topRole(app, user) === null)
  return html`<section class="members" aria-label="Members">
    ${[...groups, { name: 'Online', users: others }]
      .filter((group) => group.users.length > 0)
      .map(
        (group) =>
          html`<h3>${group.name} — ${group.users.length}</h3>${group.users.map((user) => memberView(app, user))}`,
      )}
  </section>`
}

function topRole(app: App, user: PageUser): string | null {
  const roles = user.roles.map((id) => app.state.world?.roles.get(id)).filter((role) => role !== undefined)
  return roles.sort((a, b) => b.position - a.position)[0]?.id ?? null
}

function memberView(app: App, user: PageUser): TemplateResult {
  const online = user.bot ? app.state.botOnline : true
  return html`<div class="member ${online ? '' : 'offline'}">
    ${avatar(user, user.displayName, 32, online)}
    <span class="member-text"><span style="color:${nameColor(app.state, user.id) ?? ''}">${user.displayName}
      ${user.bot ? html`<i class="app-tag">APP</i>` : nothing}</span>
      ${user.bot ? html`<small>${online ? 'Listening to / commands' : 'Offline'}</small>` : nothing}
      ${user.id === app.state.userId ? html`<small>you</small>` : nothing}</span>
  </div>`
}

export function userPanel(app: App): TemplateResult {
  const me = app.state.world?.users.get(app.state.userId ?? '')
  const isOpen = app.state.ui.userMenu
  const toggle = () => app.setUi({ userMenu: !isOpen })
  return html`<div class="user-panel">
    ${isOpen ? userMenu(app) : nothing}
    <button type="button" class="user-button" aria-haspopup="menu" aria-expanded=${isOpen ? 'true' : 'false'}
      aria-label="Acting as ${me?.displayName ?? 'nobody'}. Switch user" @click=${toggle}>
      ${avatar(me, '?', 36, app.state.connection === 'open')}
      <span class="user-text"><b>${me?.displayName ?? '…'}</b><small>${rolesOf(app, me)}</small></span>
      ${icon('swap', 18)}
    </button>
  </div>`
}

function rolesOf(app: App, user: PageUser | undefined): string {
  const names = (user?.roles ?? [])
    .map((id) => app.state.world?.roles.get(id)?.name)
    .filter((name) => name !== undefined)
  return names.length > 0 ? names.join(', ') : 'no role'
}

function userMenu(app: App): TemplateResult {
  const people = [...(app.state.world?.users.values() ?? [])].filter((user) => !user.bot)
  const close = () => app.setUi({ userMenu: false })
  // Here, and not with every choice: the page makes one by itself whenever it connects.
  const choose = (userId: string) => {
    close()
    app.selectUser(userId)
  }
  return html`<div class="backdrop" @click=${close}></div>
    <div class="user-menu" role="menu" aria-label="Switch user">
      <h2>Act as</h2>
      ${people.map((user) => {
        const role = app.state.world?.roles.get(user.roles[0] ?? '')
        return html`<button type="button" role="menuitemradio" class="menu-row user" aria-checked=${user.id === app.state.userId ? 'true' : 'false'}
          @click=${() => choose(user.id)}>
          ${avatar(user, user.displayName, 32)}
          <span class="member-text"><b>${user.displayName}</b>
            <small>${role ? html`<i class="role-dot" style="background:${cssColor(role.color || 0x99aab5)}"></i>${role.name}` : 'no role'}</small></span>
          ${user.id === app.state.userId ? icon('check', 18) : nothing}
        </button>`
      })}
    </div>`
}
