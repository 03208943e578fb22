/** Registration of application commands, global and of the guild. */
import type { Scope, Shelf } from '../commands.ts'
import type { World } from '../world.ts'
import { type Call, created, demandApplication, demandGuild, NO_CONTENT, ok, type Route } from './route.ts'

const WRITES = { limit: 5, window_ms: 20_000 }

function routesOf(scope: Scope): readonly Route[] {
  const base = `/applications/:application${scope === 'guild' ? '/guilds/:guild' : ''}/commands`
  /** The caller's own shelf of commands. */
  const check = (call: Call): Shelf => {
    const { user } = demandApplication(call)
    if (scope === 'guild') demandGuild(call)
    return { scope, applicationId: user.id }
  }
  const json = (world: World, shelf: Shelf, id: string) => world.commands.json(world.commands.get(shelf, id))
  const idOf = (call: Call): string => call.params.command ?? ''
  return [
    {
      method: 'GET',
      path: base,
      anyBot: true,
      run: (call, world) => {
        const shelf = check(call)
        return ok(world.commands.list(shelf).map((command) => world.commands.json(command)))
      },
    },
    {
      method: 'PUT',
      path: base,
      anyBot: true,
      bucket: { name: `commands-put-${scope}`, ...WRITES },
      run: (call, world) => {
        const shelf = check(call)
        return ok(world.commands.overwrite(shelf, call.body).map((command) => world.commands.json(command)))
      },
    },
    {
      method: 'POST',
      path: base,
      anyBot: true,
      bucket: { name: `commands-post-${scope}`, ...WRITES },
      run: (call, world) => {
        const shelf = check(call)
        const { command, isNew } = world.commands.upsert(shelf, call.body)
        return (isNew ? created : ok)(world.commands.json(command))
      },
    },
    {
      method: 'GET',
      path: `${base}/:command`,
      anyBot: true,
      run: (call, world) => {
        const shelf = check(call)
        return ok(json(world, shelf, idOf(call)))
      },
    },
    {
      method: 'PATCH',
      path: `${base}/:command`,
      anyBot: true,
      bucket: { name: `commands-patch-${scope}`, ...WRITES },
      run: (call, world) => {
        const shelf = check(call)
        return ok(world.commands.json(world.commands.patch(shelf, idOf(call), call.body)))
      },
    },
    {
      method: 'DELETE',
      path: `${base}/:command`,
      anyBot: true,
      bucket: { name: `commands-delete-${scope}`, ...WRITES },
      run: (call, world) => {
        const shelf = check(call)
        world.commands.delete(shelf, idOf(call))
        return NO_CONTENT
      },
    },
  ]
}

export const commandRoutes: readonly Route[] = [...routesOf('global'), ...routesOf('guild')]
