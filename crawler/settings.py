"""Settings of this Scrapy project. The ARCHIVE_* settings, with defaults and meaning, are in crawler/options.py."""

BOT_NAME = "newswarc"
SPIDER_MODULES = ["spiders"]
COMMANDS_MODULE = "crawler.commands"
ADDONS = {"crawler.addon.ArchiveAddon": 100}

ARCHIVE_STORE = "archive"

# A polite pace for a live site: it answers 403 and 429 to more than about one request a second.
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 64 << 20
DOWNLOAD_VERIFY_CERTIFICATES = True

# In the order of the listing, newest first: a run that is stopped early has what matters most.
DEPTH_PRIORITY = 1
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
SCHEDULER_DISK_QUEUE = "scrapy.squeues.PickleFifoDiskQueue"

# A page gives one article. Scrapy starts as many tasks for every page as this says.
CONCURRENT_ITEMS = 4

# Nothing of the run is open to others, and nothing is asked for but pages.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}

# The verdict is the message; `-L INFO` shows the course of a crawl.
LOG_LEVEL = "WARNING"
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
