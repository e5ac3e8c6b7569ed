class AsTheyAre:
    """Pictures are shown as they are: nothing here makes smaller ones."""

    def generate_thumbnail(self, source, **options):
        return source

    def delete_thumbnails(self, source):
        pass
