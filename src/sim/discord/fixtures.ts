/**
 * The chat simulator's world: one server (guild), two channels, three roles, three people, and the desk's application
 * beside another one. The ids
 * are valid snowflakes and never change, so that configuration, tests and the page agree on them.
 */

/** First part is the application's id in base64, as in Discord's tokens; it opens nothing but a simulator. */
export const BOT_TOKEN = 'MTE5MTE2ODkxNDIyNzIwMDAwMQ.SIM.opens-nothing-but-the-local-simulator'
export const APPLICATION_ID = '1191168914227200001'
export const PUBLIC_KEY = '5d'.repeat(32)

export const GUILD_ID = '1191531302092800002'
export const GUILD_NAME = 'Phase4D desk'
/** `#phase4d-desk`, where the bot works. */
export const CHANNEL_ID = '1191893689958400003'
/** `#general`, where it should say that this is the wrong channel. */
export const CHANNEL_OTHER_ID = '1192256077824000004'

export const OPERATOR_ROLE_ID = '1192618465689600005'
export const APPROVER_ROLE_ID = '1192980853555200006'
export const VIEWER_ROLE_ID = '1193343241420800007'
export const BOT_ROLE_ID = '1193705629286400008'

export interface FixtureUser {
  readonly id: string
  readonly username: string
  readonly globalName: string
  readonly bot: boolean
  readonly roles: readonly string[]
}

/** The bot's user has the application's id, as every application made since 2016. */
export const BOT_USER: FixtureUser = {
  id: APPLICATION_ID,
  username: 'Phase4D',
  globalName: 'Phase4D',
  bot: true,
  roles: [BOT_ROLE_ID],
}
/** An application with its bot; both have one id. */
export interface FixtureApplication {
  readonly token: string
  readonly user: FixtureUser
}

export const DESK_APPLICATION: FixtureApplication = { token: BOT_TOKEN, user: BOT_USER }

/** A second bot on the server: it has commands of its own and answers them, and may nothing else. */
export const OTHER_APPLICATION: FixtureApplication = {
  token: 'MTE5NjYwNDczMTUzNTM2MDAxNg.SIM.opens-nothing-but-the-local-simulator',
  user: {
    id: '1196604731535360016',
    username: 'Other',
    globalName: 'Other',
    bot: true,
    roles: [BOT_ROLE_ID],
  },
}

const APPLICATIONS = [DESK_APPLICATION, OTHER_APPLICATION] as const

export const applicationOfToken = (token: string): FixtureApplication | null =>
  APPLICATIONS.find((application) => application.token === token) ?? null

/** Of the desk, where no other has the id. */
export const applicationOf = (id: string): FixtureApplication =>
  APPLICATIONS.find(({ user }) => user.id === id) ?? DESK_APPLICATION

export const OLIVIA: FixtureUser = {
  id: '1194068017152000009',
  username: 'olivia',
  globalName: 'Olivia',
  bot: false,
  roles: [OPERATOR_ROLE_ID],
}
export const AMIR: FixtureUser = {
  id: '1194430405017600010',
  username: 'amir',
  globalName: 'Amir',
  bot: false,
  roles: [APPROVER_ROLE_ID],
}
export const VERA: FixtureUser = {
  id: '1194792792883200011',
  username: 'vera',
  globalName: 'Vera',
  bot: false,
  roles: [VIEWER_ROLE_ID],
}
/** Owner of the server; nobody acts as the owner, whose rights would hide missing permissions. */
export const OWNER_ID = '1195155180748800012'

export const PEOPLE: readonly FixtureUser[] = [OLIVIA, AMIR, VERA]
