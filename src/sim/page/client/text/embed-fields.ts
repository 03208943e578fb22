/** Where the fields of an embed stand: columns of a grid of twelve. */

/** Inline fields share a row of twelve columns, three of them at most, and split it evenly. */
export function placeFields<F extends { readonly inline?: boolean | undefined }>(
  fields: readonly F[],
): readonly { readonly field: F; readonly column: string }[] {
  const rows: F[][] = []
  for (const field of fields) {
    const row = rows.at(-1)
    if (field.inline && row?.[0]?.inline && row.length < 3) row.push(field)
    else rows.push([field])
  }
  return rows.flatMap((row) => {
    const width = 12 / row.length
    return row.map((field, i) => ({ field, column: `${i * width + 1} / ${(i + 1) * width + 1}` }))
  })
}
