"""Chromium without a window, driven by the words that a person reads."""

import base64
import re
import shutil
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

SIZES = {"wide": (1280, 900), "phone": (390, 844)}


def installed():
    """The programs, or nothing."""
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next(filter(None, map(shutil.which, names)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Chrome:
    """A browser with a profile of its own, which outlives it if it is given."""

    def __init__(self, profile=None, has_scripts=True, language="en"):
        browser, driver = installed()
        self._temporary = None if profile else tempfile.TemporaryDirectory(prefix="oauth-chrome-")
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-component-update",
            "--hide-scrollbars",
            f"--lang={language}",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            f"--user-data-dir={profile or self._temporary.name}",
        ):
            options.add_argument(argument)
        settings = {"credentials_enable_service": False, "profile.password_manager_enabled": False}
        settings["profile.password_manager_leak_detection"] = False
        settings["intl.accept_languages"] = language
        if not has_scripts:
            settings["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", settings)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.has_scripts = has_scripts
        self.driver = webdriver.Chrome(options=options, service=Service(driver))
        self.driver.set_page_load_timeout(30)
        self.resize("wide")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.driver.quit()
        if self._temporary:
            self._temporary.cleanup()

    def forget(self):
        """Starts anew, as a browser that was never here."""
        self.open("about:blank")
        self.cdp("Network.clearBrowserCookies")
        self.complaints()
        return self

    # What a person sees.

    @property
    def url(self):
        return self.driver.current_url

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def visible(self, selector):
        return [e for e in self.driver.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()]

    def words(self, element):
        shown = element.text if element.tag_name != "input" else element.get_attribute("value")
        return " ".join((shown or element.get_attribute("aria-label") or "").split())

    def control(self, words, selector="button, a, input[type=submit], summary"):
        """The first visible control with these words, or nothing."""
        for element in self.visible(selector):
            if re.search(words, self.words(element), re.IGNORECASE):
                return element
        return None

    def input(self, *types):
        for element in self.visible("input"):
            if (element.get_attribute("type") or "text") in types:
                return element
        return None

    # What a person does.

    def open(self, url):
        self.driver.get(url)

    def click(self, words):
        element = self.control(words)
        assert element is not None, f"no control {words!r} on {self.url}: {self.text[:500]!r}"
        self.leave(element.click)

    def leave(self, action):
        """Does what loads another page, and waits for that."""
        before = self.driver.find_element(By.TAG_NAME, "html")
        action()
        self.wait_for(lambda: self._is_gone(before))
        self.wait_for(
            lambda: self.driver.execute_script("return document.readyState") == "complete"
        )

    @staticmethod
    def _is_gone(element):
        try:
            return not element.is_enabled()
        except Exception:
            return True

    def fill(self, element, text):
        element.clear()
        element.send_keys(text)

    def press(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def resize(self, name):
        width, height = SIZES[name]
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=name == "phone",
        )

    def scheme(self, name):
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.cdp("Emulation.setEmulatedMedia", features=features)

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def wait_for(self, condition):
        WebDriverWait(self.driver, 20, poll_frequency=0.02).until(lambda driver: condition())

    def tab_order(self, limit=60):
        """The elements that the Tab key goes to, from the top of the page."""
        # Where the focus was last would be the place to begin.
        self.driver.execute_script(
            "const root = document.documentElement; root.tabIndex = -1; root.focus();"
            "root.removeAttribute('tabindex'); root.blur(); window.scrollTo(0, 0)"
        )
        found = []
        for _ in range(limit):
            self.driver.switch_to.active_element.send_keys(Keys.TAB)
            element = self.driver.switch_to.active_element
            if element.tag_name == "body" or element in found:
                break
            found.append(element)
        return found

    def complaints(self):
        """What the console has of errors and of the security policy."""
        return [
            entry["message"]
            for entry in self.driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING")
        ]

    def screenshot(self, path):
        metrics = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        view = self.driver.execute_script("return [innerWidth, innerHeight]")
        shot = self.cdp(
            "Page.captureScreenshot",
            captureBeyondViewport=True,
            clip={
                "x": 0,
                "y": 0,
                "width": view[0],
                "height": max(metrics["height"], view[1]),
                "scale": 1,
            },
        )
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))
