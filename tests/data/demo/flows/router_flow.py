import time

from metaflow import FlowSpec, Parameter, step


class RouterFlow(FlowSpec):
    """
    Translate a document the way it deserves.

    Short notes take the fast lane, long documents are refined in rounds until
    they are good enough, anything older than a year is archived.
    """

    words = Parameter("words", help="Length of the document", default=1800)
    age_days = Parameter("age-days", help="Age of the document", default=3)
    target = Parameter("target", help="Quality to reach", default=0.9)

    @step
    def start(self):
        """Look at the document and choose its lane."""
        self.lane = "archive" if self.age_days > 365 else "fast" if self.words < 300 else "careful"
        print("%d words, %d days old: %s" % (self.words, self.age_days, self.lane))
        self.next({"fast": self.quick_draft, "careful": self.outline, "archive": self.archive}, condition="lane")

    @step
    def quick_draft(self):
        """One pass, no review."""
        self.quality = 0.7
        time.sleep(0.2)
        self.next(self.publish)

    @step
    def outline(self):
        """Split the document into sections."""
        self.sections = max(1, self.words // 450)
        self.quality, self.history = 0.5, []
        print(self.sections, "sections")
        self.next(self.refine)

    @step
    def refine(self):
        """Improve the translation once more."""
        gain = (1 - self.quality) * 0.45
        self.quality = round(self.quality + gain, 4)
        self.history.append(self.quality)
        self.verdict = "good" if self.quality >= self.target else "again"
        print("round %d: quality %.3f" % (len(self.history), self.quality))
        time.sleep(0.25)
        self.next({"again": self.refine, "good": self.publish}, condition="verdict")

    @step
    def archive(self):
        """Put it away."""
        self.quality = None
        self.next(self.publish)

    @step
    def publish(self):
        """Hand the result over."""
        self.published = self.lane != "archive"
        print("published" if self.published else "archived")
        self.next(self.end)

    @step
    def end(self):
        """Done."""
        print("lane", self.lane, "quality", self.quality)


if __name__ == "__main__":
    RouterFlow()
