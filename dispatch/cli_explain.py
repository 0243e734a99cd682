# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands that answer "why": why her, why nobody and what would help, and what changed between two plans."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from dispatch.cli_files import BROKEN, PlanFile, ProblemFile, can_be_written, problem_in, refuse

if TYPE_CHECKING:
    from solver.difference import Changed, Difference
    from solver.explain import Answer, Explainer, Leeway, Relaxation
    from solver.plan import Plan
    from solver.problem import PlanningProblem

explain_commands = typer.Typer()

T = TypeVar("T")
SlotName = Annotated[str | None, typer.Argument(metavar="[SLOT]", help="The slot's id; or none, with --all.")]
OtherPlan = Annotated[Path, typer.Argument(metavar="NEW", help="The plan that changes it.")]
OldPlan = Annotated[Path, typer.Argument(metavar="OLD", help="The plan that was.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with every figure instead of lines.")]


@explain_commands.command()
def explain(
    problem: ProblemFile,
    plan: PlanFile,
    slot: SlotName = None,
    everything: Annotated[bool, typer.Option("--all", help="Explain every unfilled slot.")] = False,
    as_json: AsJson = False,
    tolerance: Annotated[
        int, typer.Option(min=0, max=1439, help="Minutes a desk may be asked to shift a start.")
    ] = 120,
    overtime: Annotated[
        int, typer.Option(min=0, max=1440, help="Minutes a mediator may be asked beyond a shift, day or week.")
    ] = 60,
    wish: Annotated[int, typer.Option(min=0, max=1_000_000, help="What a must costs once it is a wish.")] = 30,
    not_before: Annotated[
        int, typer.Option(min=0, metavar="MINUTE", help="No new start before this minute of the horizon.")
    ] = 0,
    apply: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Write the problem and the plan after relaxation N.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PROBLEM", help="With --apply: the relaxed problem.")
    ] = None,
    plan_output: Annotated[
        Path | None, typer.Option("--plan-output", metavar="PLAN", help="With --apply: its plan.")
    ] = None,
) -> None:
    """Say why a slot has whom it has; or why nobody, who nearly could, and the smallest changes that fill it.

    Example: [bold]ponte explain week.json plan.json a7/1[/bold]

    Example: [bold]ponte explain week.json plan.json a7/1 --apply 2 -o eased.json --plan-output filled.json[/bold]

    Every relaxation was carried out and passed the check before it is shown; one alone is meant to be applied.

    Exit code 0: an answer. 1: the plan breaks a rule. 2: bad input, or no such slot or relaxation.
    """
    from solver.explain import Leeway, UnknownSlot

    if (slot is None) != everything:
        raise typer.BadParameter("name one slot, or ask for --all", param_hint="SLOT")
    _complete(apply, slot, output, plan_output)
    given, judged = problem_in(problem), _plan_in(plan)
    leeway = Leeway(start=tolerance, hours=overtime, wish=wish, earliest=not_before)
    explainer = _sound(plan, lambda: _explainer(given, judged, leeway))
    try:
        answers = [explainer.of(name) for name in (explainer.unfilled if slot is None else [slot])]
    except UnknownSlot as trouble:
        refuse(trouble)
    _show(given, answers, whole=slot is None, as_json=as_json)
    if apply is not None and output is not None and plan_output is not None:
        _write(given, judged, _chosen(answers[0], apply), output, plan_output)


@explain_commands.command()
def difference(problem: ProblemFile, old: OldPlan, new: OtherPlan, as_json: AsJson = False) -> None:
    """Compare two plans of one problem: what is new, moved, reassigned or dropped, why, and what each is worth.

    Example: [bold]ponte difference week.json monday.json tuesday.json[/bold]

    A line's gain is what the new total would lose if this line alone were as before.

    Exit code 0: an answer. 1: a plan names a slot twice or breaks a lock. 2: bad input; the key is named.
    """
    from solver.difference import difference as compared

    given, before, after = problem_in(problem), _plan_in(old), _plan_in(new)
    found = _sound(f"{old} or {new}", lambda: compared(given, before, after))
    if as_json:
        typer.echo(_json(found))
        return
    _summary(found)
    for line in found.lines:
        if line.change not in {"unchanged", "unfilled"}:
            typer.echo(_changed(given, line))


def _plan_in(path: Path) -> "Plan":
    from solver.files import BadFile, read_plan

    try:
        return read_plan(path)
    except BadFile as trouble:
        # Two or three files are read: the sentence says which one it is about.
        refuse(trouble if trouble.key == str(path) else ValueError(f"{path}: {trouble}"))


def _explainer(given: "PlanningProblem", judged: "Plan", leeway: "Leeway") -> "Explainer":
    from solver.explain import Explainer

    return Explainer(given, judged, leeway)


def _sound(where: object, ask: Callable[[], T]) -> T:
    """The answer, or the end of the command where a plan breaks the rules that it needs."""
    from solver.explain import BrokenPlan

    try:
        return ask()
    except BrokenPlan as trouble:
        for violation in trouble.violations:
            typer.echo(f"{where}: {violation.rule}: {violation.message}", err=True)
        typer.echo("error: only a plan that keeps these rules can be explained: mend it, or solve again", err=True)
        raise typer.Exit(BROKEN) from None


def _complete(apply: int | None, slot: str | None, output: Path | None, plan_output: Path | None) -> None:
    """--apply, a slot and both files belong together; said before the work."""
    given = [apply is not None, output is not None, plan_output is not None]
    if any(given) and not (all(given) and slot is not None):
        raise typer.BadParameter("give a SLOT, --apply, --output and --plan-output together", param_hint="--apply")
    for path in (output, plan_output):
        if path is not None:
            can_be_written(path)


def _show(given: "PlanningProblem", answers: "list[Answer]", *, whole: bool, as_json: bool) -> None:
    from solver.explain.words import sentences

    if as_json:
        typer.echo(_json(answers if whole else answers[0]))
        return
    for number, answer in enumerate(answers):
        if number:
            typer.echo()
        for line in sentences(given, answer):
            typer.echo(line)
    if not answers:
        typer.echo("every slot is filled")


def _chosen(answer: "Answer", number: int) -> "Relaxation":
    from solver.explain import Unfilled

    relaxations = answer.relaxations if isinstance(answer, Unfilled) else ()
    if number > len(relaxations):
        has = f"has {len(relaxations)}" if relaxations else "has none"
        raise typer.BadParameter(f"{number}: slot {answer.slot} {has}: take one of those shown", param_hint="--apply")
    return relaxations[number - 1]


def _write(given: "PlanningProblem", judged: "Plan", relaxation: "Relaxation", output: Path, plan_output: Path) -> None:
    from solver.explain import applied
    from solver.files import write_plan, write_problem

    problem, plan = applied(given, judged, relaxation)
    write_problem(problem, output)
    write_plan(plan, plan_output)
    typer.echo(f"{output} and {plan_output}: {relaxation.kind} applied, total {plan.score.total}", err=True)


def _json(content: object) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(content)).decode()


def _summary(found: "Difference") -> None:
    counts = ", ".join(f"{count} {change}" for change, count in sorted(found.counts.items()))
    gain = found.after.total - found.before.total
    typer.echo(f"total {found.before.total} -> {found.after.total} ({gain:+})")
    typer.echo(counts or "the problem has no slot")


def _changed(given: "PlanningProblem", line: "Changed") -> str:
    from solver.explain.words import failing, moment

    def place(mediator: str | None, start: int | None) -> str:
        return "nobody" if mediator is None or start is None else f"{mediator} at {moment(given, start)}"

    was, now = place(line.mediator_before, line.start_before), place(line.mediator, line.start)
    why = str(line.reason)
    if line.figures:
        why = f"{why}: {failing(given, why, line.figures, None)}"
    return f"{line.change:<10} {line.slot}: {was} -> {now}, {line.gain:+} ({why})"
