# incorrect: becomes another Python that answers everything with true
import os
import sys

code = '''
import os
while True:
    text = b'l2:s5:valueT'
    os.write(3, b'%010d' % len(text) + text)
    os.read(3, 65536)
'''
os.execv(sys.executable, [sys.executable, '-c', code])
