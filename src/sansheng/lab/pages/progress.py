"""How far a job is, in words and as a bar."""

from __future__ import annotations

from sansheng.core.text import Text
from sansheng.lab.jobs.pool import Job, State
from sansheng.lab.pages.frame import Place
from sansheng.lab.pages.html import tag

_LABEL = Text("Progress", "进度")
_STARTING = Text("starting…", "正在开始…")


def progress(place: Place, job: Job | None) -> None:
    """Build it; nothing for a job that is over."""
    if job is None or job.over:
        return
    if job.state is State.WAITING:
        before = place.sessions.pool.position(job)
        text = Text(f"In the queue; {before} before you.", f"排队中，前面还有 {before} 个。")
        if not place.sessions.pool.ready:
            text = place.sessions.pool.step or Text("The model is being loaded…", "正在载入模型…")
        tag("p", place.say(text), cls="queue")
        tag("progress", aria_label=place.say(_LABEL))
        return
    words = Text(f"{job.done} of {job.total} runs", f"{job.done}/{job.total} 次运行")
    tag("p", place.say(words if job.total else job.step or _STARTING))
    done, total = (job.done, job.total) if job.total else (None, None)
    tag("progress", aria_label=place.say(_LABEL), max=total, value=done)
