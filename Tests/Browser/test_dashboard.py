"""The dashboard in a real browser: `make test-browser`.

    python3 test_dashboard.py --reversal .build/release/reversal [--images docs/images] [--keep]

Headless Chromium is driven by Selenium. Each test is a function `test_…`; a failed one is told and the others go on.
"""

import argparse
import base64
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

HERE = Path(__file__).parent
WIDTHS = [375, 1024, 1920]
SCHEMES = ["light", "dark"]
TOKEN = "0123456789abcdef0123456789abcdef"


class Served:
    """`reversal serve` on a free port."""

    def __init__(self, reversal, arguments, **environment):
        self.process = subprocess.Popen(
            [reversal, "serve", "--port", "0", *map(str, arguments)], stdout=subprocess.PIPE, text=True,
            env={**os.environ, **environment})
        match = re.match(r"Open (http://\S+)/ ", self.process.stdout.readline())
        assert match, "serve told no address"
        self.address = match[1]

    def end(self):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(10) == 0, "serve did not end by Ctrl-C with status 0"


class World:
    """What the tests share: folders of runs, a server, a browser."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.reversal = str(Path(arguments.reversal).resolve())
        self.folder = Path(tempfile.mkdtemp(prefix="reversal-browser-"))
        self.demo = self.folder / "demo"
        subprocess.run([self.reversal, "demo", "--out", self.demo], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        make = [sys.executable, HERE / "make_run.py", "--like", self.demo]
        self.hostile, self.synthetic = self.folder / "hostile", self.folder / "arithmetic-sft"
        subprocess.run([*make, "--out", self.hostile, "--questions", "24", "--samples", "8", "--iterations", "3", "--hostile"],
                       check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*make, "--out", self.synthetic, "--questions", "300", "--samples", "16", "--train", "100", "--ood",
                        "100"], check=True, stdout=subprocess.DEVNULL)
        self.server = Served(self.reversal, [self.demo, self.hostile, self.synthetic, "--cache", self.folder / "cache"])
        self.driver = self.browser()
        for run in ["demo", "hostile", "arithmetic-sft"]:
            self.wait_indexed(run)

    def browser(self):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or "/usr/bin/chromium"
        for switch in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                       "--disable-background-networking", "--disable-component-update"]:
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        driver.set_page_load_timeout(60)
        return driver

    def wait_indexed(self, run, timeout=120):
        end = time.time() + timeout
        while time.time() < end:
            text = urllib.request.urlopen(self.server.address + "/metrics").read().decode()
            numbers = dict(re.findall(r"(reversal_answers_\w+)\{run=\"%s\"\} (\S+)" % re.escape(run), text))
            if numbers and numbers["reversal_answers_stored"] == numbers["reversal_answers_indexed"]:
                return
            time.sleep(0.5)
        raise AssertionError(f"{run} was not taken in within {timeout} s")

    def open(self, path):
        self.driver.get(self.server.address + path)

    def see(self, width, scheme="light", height=900):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def until(self, condition, message, timeout=20):
        WebDriverWait(self.driver, timeout).until(lambda driver: condition(driver), message)

    def console(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def picture(self, name, width, scheme, path, height=None):
        self.see(width, scheme)
        self.open(path)
        height = height or min(2_400, self.run("return document.documentElement.scrollHeight"))
        self.see(width, scheme, height)
        data = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
        self.arguments.images.mkdir(parents=True, exist_ok=True)
        (self.arguments.images / f"{name}.png").write_bytes(base64.b64decode(data))

    def end(self):
        self.driver.quit()
        self.server.end()
        if not self.arguments.keep:
            shutil.rmtree(self.folder)


def pages():
    return ["/", "/runs/demo", "/runs/arithmetic-sft", "/runs/arithmetic-sft/questions",
            "/runs/arithmetic-sft/questions?set=lost&t=5&sort=narrowing", "/runs/arithmetic-sft/question?id=test-00003",
            "/runs/hostile/questions", *(f"/runs/hostile/question?id=test-{n:05}" for n in range(8)), "/nothing",
            "/runs/demo/report"]


def test_pages_load_without_a_word_in_the_console(world):
    world.console()
    for path in pages():
        world.open(path)
        time.sleep(0.2)
        said = [line for line in world.console() if not (path == "/nothing" and "404" in line)]
        assert not said, f"{path}: {said}"
        assert world.run("return document.title") or path.endswith("report")


def test_no_request_leaves_the_server(world):
    world.driver.get_log("performance")
    for path in pages():
        world.open(path)
    sent = [entry["message"] for entry in world.driver.get_log("performance") if "Network.requestWillBeSent\"" in entry["message"]]
    addresses = {match for line in sent for match in re.findall(r'"url":"((?:https?|wss?|ftp):[^"]+)"', line)}
    assert addresses, "no request was seen"
    strange = [address for address in addresses if not address.startswith(world.server.address + "/")]
    assert not strange, strange


def test_layout_holds(world):
    for scheme in SCHEMES:
        for width in WIDTHS:
            world.see(width, scheme)
            for path in pages():
                world.open(path)
                inner, scroll = world.run("return [innerWidth, document.documentElement.scrollWidth]")
                assert scroll <= max(inner, width), f"{path} at {width} {scheme}: {scroll} pixels wide"
                # Nothing that is text stands outside its window, but in what scrolls by itself.
                out = world.run("""
                    const wide = document.documentElement.clientWidth;
                    return [...document.querySelectorAll("h1, h2, p, a, button, dd, input, select")].filter((e) => {
                      if (e.closest(".scroll, .models, dialog, .skip") || e.matches(".skip")) return false;
                      const box = e.getBoundingClientRect();
                      return box.width > 0 && (box.right > wide + 1 || box.left < -1);
                    }).map((e) => e.outerHTML.slice(0, 120));""")
                assert not out, f"{path} at {width} {scheme}: {out[:3]}"
    world.see(1024)


def test_contrast_is_aa(world):
    """Every text against what is painted behind it: 4.5 to 1, or 3 to 1 where it is large."""
    script = """
      const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
      const parse = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return m.length > 3 ? m : [...m, 1]; };
      const over = (a, b) => a.slice(0, 3).map((v, i) => v * a[3] + b[i] * (1 - a[3])).concat(1);
      const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
      const found = [];
      for (const e of document.querySelectorAll("body *")) {
        if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || e.closest("svg, option, .skip")) continue;
        const box = e.getBoundingClientRect();
        if (!box.width || !box.height || !e.checkVisibility()) continue;
        let layers = [];
        for (let p = e; p; p = p.parentElement) layers.push(parse(getComputedStyle(p).backgroundColor));
        let ground = matchMedia("(prefers-color-scheme: dark)").matches ? [20, 23, 26, 1] : [255, 255, 255, 1];
        for (const layer of layers.reverse()) ground = over(layer, ground);
        const style = getComputedStyle(e);
        let alpha = 1;
        for (let p = e; p; p = p.parentElement) alpha *= Number(getComputedStyle(p).opacity);
        const ink = parse(style.color);
        const text = over([ink[0], ink[1], ink[2], ink[3] * alpha], ground);
        const [a, b] = [light(text), light(ground)].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        if (ratio < (isLarge ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${e.className || e.tagName}: ${e.textContent.trim().slice(0, 40)}`);
      }
      return found;"""
    for scheme in SCHEMES:
        world.see(1024, scheme)
        for path in ["/", "/runs/arithmetic-sft", "/runs/arithmetic-sft/questions", "/runs/arithmetic-sft/question?id=test-00003", "/nothing"]:
            world.open(path)
            found = world.run(script)
            assert not found, f"{path} {scheme}: {found[:6]}"


def test_live_updates_arrive(world):
    """A run is made beside the server while its page stands open, and the page follows without being loaded again."""
    run = world.folder / "live"
    maker = subprocess.Popen([world.reversal, "demo", "--out", run, "--seed", "3"], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    try:
        end = time.time() + 60
        while not (run / "run.sqlite").exists() and time.time() < end:
            time.sleep(0.1)
        server = Served(world.reversal, [run, "--cache", world.folder / "cache-live"])
        try:
            world.driver.get(server.address + "/runs/live")
            world.run("window.loadedOnce = true")
            world.until(lambda _: world.run("return document.getElementById('link-state').textContent") == "live", "not live")
            first = world.run("return document.querySelector('progress').value")
            world.until(lambda _: world.run("return document.querySelector('progress').value") > first, "no progress", 120)
            world.until(lambda _: world.run("return document.querySelectorAll('.panel .chart').length") >= 2, "no curves", 240)
            assert world.run("return window.loadedOnce"), "the page was loaded again"
            world.until(lambda _: "Training loss" in world.driver.page_source, "no losses", 240)
        finally:
            server.end()
        # The server is gone: the page says so and stays.
        world.until(lambda _: world.run("return document.getElementById('link-state').dataset.kind") == "lost", "not told")
        assert world.run("return document.querySelector('h1').textContent") == "live"
    finally:
        maker.wait(600)
    assert maker.returncode in (0,), "the run that was looked at failed"
    world.console()


def test_filters_and_deep_links(world):
    world.open("/runs/arithmetic-sft/questions")
    world.run("document.querySelector('select[name=set]').value = 'lost'; "
              "document.querySelector('select[name=set]').dispatchEvent(new Event('change', {bubbles: true}))")
    world.until(lambda d: "set=lost" in d.current_url, "the filter is not in the address")
    assert "page=" not in world.driver.current_url and "q=" not in world.driver.current_url
    ids = world.run("return [...document.querySelectorAll('.id')].map((e) => e.textContent)")
    assert ids
    address = world.driver.current_url
    world.driver.get("about:blank")
    world.driver.get(address)
    assert ids == world.run("return [...document.querySelectorAll('.id')].map((e) => e.textContent)")
    # From the list to a question and its neighbours, and back to the same list.
    world.driver.find_element(By.CSS_SELECTOR, ".question-row a").click()
    world.until(lambda d: "/question?" in d.current_url, "no question")
    assert ids[0] in world.driver.find_element(By.TAG_NAME, "h1").text
    world.driver.find_element(By.CSS_SELECTOR, "a[rel=next]").click()
    world.until(lambda d: ids[1] in d.find_element(By.TAG_NAME, "h1").text, "not the next of the list")
    world.driver.find_element(By.CSS_SELECTOR, "a[rel=up]").click()
    world.until(lambda d: "set=lost" in d.current_url and "/questions" in d.current_url, "not the list")
    # A group that is closed is opened by its address.
    world.open("/runs/arithmetic-sft/question?id=test-00003#m1-2")
    world.until(lambda _: world.run("return document.getElementById('m1-2').open"), "the group is closed")


def test_search(world):
    world.open("/runs/arithmetic-sft/questions")
    field = world.driver.find_element(By.NAME, "q")
    field.send_keys('"marbles a day"', Keys.ENTER)
    world.until(lambda d: "q=%22marbles" in d.current_url, "the search is not in the address")
    texts = world.run("return [...document.querySelectorAll('.question-text a')].map((e) => e.textContent)")
    assert texts and all("marbles a day" in text for text in texts), texts[:3]


def test_keys(world):
    world.open("/runs/arithmetic-sft/questions")
    body = world.driver.find_element(By.TAG_NAME, "body")
    body.send_keys("j", "j")
    assert world.run("return [...document.querySelectorAll('[data-row]')].findIndex((r) => r.matches('.selected'))") == 1
    world.driver.switch_to.active_element.send_keys("k")
    assert world.run("return [...document.querySelectorAll('[data-row]')].findIndex((r) => r.matches('.selected'))") == 0
    world.driver.switch_to.active_element.send_keys("/")
    assert world.run("return document.activeElement.name") == "q"
    world.driver.switch_to.active_element.send_keys("j?", Keys.ESCAPE)
    assert not world.run("return document.getElementById('help').open")
    world.driver.find_element(By.TAG_NAME, "body").send_keys("?")
    assert world.run("return document.getElementById('help').open")
    world.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not world.run("return document.getElementById('help').open")
    world.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.ARROW_RIGHT)
    world.until(lambda d: "page=2" in d.current_url, "no second page")
    world.driver.find_element(By.TAG_NAME, "body").send_keys("j", Keys.ENTER)
    world.until(lambda d: "/question?" in d.current_url, "Enter opens no row")
    first = world.driver.find_element(By.TAG_NAME, "h1").text
    world.driver.find_element(By.TAG_NAME, "body").send_keys("j")
    world.until(lambda d: d.find_element(By.TAG_NAME, "h1").text != first, "j opens no question")
    world.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.ARROW_RIGHT)
    world.until(lambda d: "#m" in d.current_url, "no model was moved to")
    world.driver.find_element(By.TAG_NAME, "body").send_keys("u")
    world.until(lambda d: "/questions" in d.current_url, "u does not lead up")


def test_downloads(world):
    for kind, head in [("csv", "id,split,task"), ("jsonl", '{"group"')]:
        world.open("/runs/arithmetic-sft/questions?set=lost")
        link = world.driver.find_element(By.CSS_SELECTOR, f'.downloads a[href*="questions.{kind}"]').get_attribute("href")
        text = urllib.request.urlopen(link).read().decode()
        assert text.startswith(head), text[:60]


def test_hostile_text_stays_text(world):
    for number in range(8):
        for path in [f"/runs/hostile/question?id=test-{number:05}", "/runs/hostile/questions",
                     "/runs/hostile/questions?q=" + urllib.parse.quote("<script>window.owned=8</script>")]:
            world.open(path)
            for details in world.driver.find_elements(By.CSS_SELECTOR, "details:not([open]) > summary"):
                world.run("arguments[0].parentElement.open = true", details)
            assert world.run("return window.owned") is None, path
            assert world.run("return document.title").endswith("reversal")
            strange = "a[href^='javascript:' i], main script, main img, main iframe, main form:not(.filters), [onload], [onerror], [onfocus]"
            assert not world.driver.find_elements(By.CSS_SELECTOR, strange), path
            assert world.run("return document.querySelectorAll('h1').length") == 1, path
            assert world.run("return document.querySelectorAll('main').length") == 1, path
    world.open("/runs/hostile/question?id=test-00003")
    text = world.driver.find_element(By.TAG_NAME, "main").text
    assert "⟨U+202E⟩" in text and "␛[31m" in text and "␀" in text and "⟨U+200B⟩" in text
    assert not any(ord(c) in (0x202E, 0x2066, 0x200B, 0x1B) for c in text)
    world.open("/runs/hostile/question?id=test-00006")
    assert len(world.driver.page_source) < 3_000_000, "a line of a megabyte stands in the page"
    said = [line for line in world.console() if "Content Security Policy" in line]
    assert not said, said


def test_pages_without_scripts(world):
    world.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        for path, wanted in [("/runs/demo", "pass@1"), ("/runs/arithmetic-sft/questions?set=lost", "questions"),
                             ("/runs/arithmetic-sft/question?id=test-00003", "samples")]:
            world.open(path)
            assert wanted in world.driver.find_element(By.TAG_NAME, "main").text
    finally:
        world.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_token_in_the_fragment_and_in_the_form(world):
    server = Served(world.reversal, [world.demo, "--cache", world.folder / "cache-token"], REVERSAL_TOKEN=TOKEN)
    try:
        world.driver.get(server.address + "/#" + TOKEN)
        world.until(lambda d: d.current_url == server.address + "/runs/demo", "the fragment is not taken")
        world.driver.delete_all_cookies()
        world.driver.get(server.address + "/runs/demo/questions?set=lost")
        assert "/login" in world.driver.current_url
        world.driver.find_element(By.NAME, "token").send_keys("something else altogether", Keys.ENTER)
        world.until(lambda d: "That is not the token" in d.page_source, "a wrong token is not told")
        world.driver.find_element(By.NAME, "token").send_keys(TOKEN, Keys.ENTER)
        world.until(lambda d: "/login" not in d.current_url, "the token is not taken")
        cookie = world.driver.get_cookies()[0]
        assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and TOKEN not in cookie["value"]
    finally:
        server.end()
    world.console()


def test_pictures(world):
    """The pictures of the README and of docs/dashboard.md."""
    if not world.arguments.images:
        return
    world.picture("dashboard-run", 1280, "light", "/runs/demo", 1000)
    world.picture("dashboard-run-dark", 1280, "dark", "/runs/demo", 1000)
    world.picture("dashboard-questions", 1280, "light", "/runs/demo/questions?sort=narrowing", 900)
    # A question whose answers the training has narrowed.
    link = world.driver.find_element(By.CSS_SELECTOR, ".question-row a").get_attribute("href")
    world.picture("dashboard-question", 1600, "light", link.removeprefix(world.server.address), 1000)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reversal", default=".build/release/reversal")
    parser.add_argument("--images", type=Path, help="a folder that the pictures are written to")
    parser.add_argument("--keep", action="store_true", help="keep the folders")
    parser.add_argument("--only", default="", help="tests whose name holds this")
    arguments = parser.parse_args()
    world = World(arguments)
    failed = 0
    try:
        for name, test in [item for item in globals().items() if item[0].startswith("test_") and arguments.only in item[0]]:
            start = time.time()
            try:
                world.see(1024)
                test(world)
                print(f"ok    {name} ({time.time() - start:.1f} s)", flush=True)
            except Exception:  # noqa: BLE001, each test is told on its own
                failed += 1
                print(f"FAIL  {name}\n{traceback.format_exc(limit=4)}", flush=True)
    finally:
        world.end()
    print(f"{failed} failed" if failed else "all passed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
