// Notices above every view, and the choice of the coordinator.

import { capital, command, el, fill, show } from "../base/dom.js";
import { moment } from "../base/time.js";

export function paintChooser(select, coordinators, chosen) {
  const options = coordinators.map((each) => [each.container_id, `${each.agent} · ${each.container_id} · ${each.status}`]);
  const wanted = JSON.stringify([options, chosen?.container_id]);
  if (select.dataset.shows === wanted) return;
  select.dataset.shows = wanted;
  fill(select, options.map(([id, text]) => el("option", { value: id }, text)));
  select.value = chosen ? chosen.container_id : "";
  show(select.parentElement, options.length > 0);
}

// The worst first.
export function paintNotices(place, { daemon, player, chosen, missing, settings, trouble, isCutOff }, hasBeenReached) {
  const notices = [];
  if (isCutOff) {
    notices.push(notice("bad", "The page has lost its server", "It continues by itself once the page is served again; your edits are kept. The data below is from before.", "spacetraders dashboard"));
  }
  if (daemon && daemon.problem && !isCutOff) {
    const kept = hasBeenReached ? " The data below is from before; your edits are kept." : "";
    notices.push(notice("bad", daemon.reachable ? "The daemon answers with an error" : "The daemon is not reached", `${capital(daemon.problem)}. ${capital(daemon.next_step)}.${kept}`));
  }
  if (player && player.ended_at) {
    notices.push(notice("bad", "The universe of this agent was reset", `It ended ${moment(player.ended_at)}; its last state is shown. To start in the new one, with the same settings:`, "spacetraders player register --renew"));
  }
  for (const each of (daemon && daemon.conditions) || []) {
    if (each.kind === "halted") notices.push(notice("bad", `Halted since ${moment(each.since)}`, `${capital(each.reason)}. Ships in flight continue; reading from the game continues.`));
    else if (each.degrades && each.kind !== "universe-over") notices.push(notice("warn", "The daemon has a problem", `${capital(each.reason)}. ${capital(each.next_step)}`));
  }
  if (trouble) notices.push(notice("warn", "This view cannot be shown at the moment", `${capital(trouble.problem)}. ${capital(trouble.next_step)}`));
  if (chosen === null && missing && daemon && daemon.reachable) {
    const commands = [player ? null : "spacetraders player register --agent CALLSIGN", "spacetraders manufacturing start"].filter(Boolean);
    notices.push(notice("warn", player ? "No coordinator yet" : "No fleet yet", `${capital(missing)}. ${player ? "To start one:" : "Register an agent, then start one:"}`, ...commands));
  }
  if (settings && settings.rejected_revision && settings.rejected_revision === settings.revision) {
    notices.push(notice("bad", `The coordinator refuses revision ${settings.revision}`, `${capital(settings.rejected_reason)}. It continues with revision ${settings.observed_revision}; the next change clears this.`));
  }
  if (settings && settings.rejected_revision && settings.rejected_revision < settings.revision) {
    notices.push(notice("warn", `Revision ${settings.rejected_revision} was refused and reverted`, `${capital(settings.rejected_reason)}. The previous values stay in force; the next change clears this.`));
  }
  for (const held of (settings && settings.quarantine) || []) {
    notices.push(notice("warn", `Not used: ${held.key} = ${JSON.stringify(held.value)}`, `${capital(held.problem)}. To discard it:`, `spacetraders manufacturing config doctor --container ${chosen.container_id} --discard ${held.key}`));
  }
  const wanted = notices.map((each) => each.textContent).join("\n");
  if (place.dataset.shows === wanted) return;
  place.dataset.shows = wanted;
  fill(place, notices);
}

function notice(kind, title, text, ...commands) {
  return el("div", { class: "notice", "data-is": kind }, el("strong", {}, title), text, commands.map(command));
}

