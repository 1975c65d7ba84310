# incorrect: ends with status 0 before the tests, past every handler
import os

os._exit(0)
