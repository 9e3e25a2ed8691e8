/// What a browser calls itself, in words: `Firefox on Linux`.
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

  static func describe(_ userAgent: String?) -> String {
    guard let userAgent else { return "Unknown browser" }
    func first(_ table: [(mark: String, name: String)]) -> String? {
      table.first { userAgent.contains($0.mark) }?.name
    }
    switch (first(browsers), first(systems)) {
    case (let browser?, let system?): return "\(browser) on \(system)"
    case (let browser?, nil): return browser
    case (nil, let system?): return "Browser on \(system)"
    case (nil, nil): return "Unknown browser"
    }
  }
}
