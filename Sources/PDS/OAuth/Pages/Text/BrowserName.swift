/// What a browser calls itself: `Firefox on Linux`.
///
/// Every browser claims to be several others, so the most particular names come first.
enum BrowserName {
  private static let browsers: [(mark: String, name: String)] = [
    ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"), ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
  ]
  private static let systems: [(mark: String, name: String)] = [
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
    ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Macintosh", "Mac"), ("Linux", "Linux"),
  ]

  static func describe(_ userAgent: String?) -> Phrase {
    guard let userAgent else { return .unknownBrowser }
    func first(_ table: [(mark: String, name: String)]) -> String? {
      table.first { userAgent.contains($0.mark) }?.name
    }
    switch (first(browsers), first(systems)) {
    case (let browser?, let system?): return .browser(browser, system: system)
    case (let browser?, nil): return .verbatim(browser)
    case (nil, let system?): return .someBrowser(system: system)
    case (nil, nil): return .unknownBrowser
    }
  }
}
