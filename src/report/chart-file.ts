/** The name under which a message carries its chart; kept apart so that naming it does not load the chart's library. */
export const CHART_FILE = 'day-pnl.png'
