// Days, hours and sizes, as they are said in the visitor's language and seen on their clock.
import { fill } from "./dom.js";

const DAY_MS = 86_400_000;

export function timesIn(language, words) {
  const format = (options) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, options);
  const clock = format({ hour: "2-digit", minute: "2-digit" });
  const weekday = format({ weekday: "long" });
  const date = format({ day: "numeric", month: "long" });
  const full = format({ dateStyle: "full", timeStyle: "short" });
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  const daysUntil = (at) => Math.round((midnight(at) - midnight(new Date())) / DAY_MS);

  return {
    clock: (at) => clock.format(new Date(at)),
    full: (at) => full.format(new Date(at)),
    key: (at) => String(midnight(new Date(at))),

    /** Of a divider: Today, Yesterday, a weekday, a date. */
    day(at) {
      const days = daysUntil(new Date(at));
      if (days === 0) return words.today;
      if (days === -1) return words.yesterday;
      return days > -7 && days < 0 ? weekday.format(new Date(at)) : date.format(new Date(at));
    },

    /** When the shop opens: "today at 9:00", "on Monday at 9:00". */
    opens(at) {
      const days = daysUntil(new Date(at));
      const values = { time: clock.format(new Date(at)), day: days < 7 ? weekday.format(new Date(at)) : date.format(new Date(at)) };
      return fill(days <= 0 ? words.opens_today : days === 1 ? words.opens_tomorrow : words.opens_on, values);
    },

    size: (bytes) => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${number.format(bytes / 1_000_000)} MB`),
  };
}
