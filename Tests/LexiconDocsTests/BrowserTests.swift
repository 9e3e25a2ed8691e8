import Foundation
import LexiconTemplates
import TestSupport
import Testing

/// Headless Chromium.
enum Browser {
  static let program: URL? = ["chromium", "chromium-browser", "google-chrome"].lazy
    .flatMap { name in ["/usr/bin", "/usr/local/bin"].map { URL(filePath: "\($0)/\(name)") } }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }

  struct Visit {
    /// The document after the scripts have run.
    var document: String
    /// What scripts and the content security policy reported.
    var complaints: [String]
  }

  static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> ChildProcess {
    let common = [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
      "--no-first-run", "--disable-extensions", "--disable-background-networking",
      "--host-resolver-rules=MAP * ~NOTFOUND", "--hide-scrollbars", "--enable-logging=stderr",
      "--user-data-dir=\(folder.path)/profile", "--virtual-time-budget=3000",
    ]
    return try ChildProcess(try #require(program), common + arguments)
  }

  static func visit(_ page: String, in folder: TemporaryFolder) throws -> Visit {
    let child = try run(["--dump-dom", "file://\(folder.path)/site/\(page)"], in: folder)
    try #require(child.status == 0)
    return Visit(
      document: String(decoding: child.output, as: UTF8.self),
      complaints: String(decoding: child.error, as: UTF8.self).split(separator: "\n")
        .filter { $0.contains("CONSOLE") }.map(String.init)
    )
  }
}

@Suite(
  "Documentation site in a browser",
  .enabled(if: Browser.program != nil, "no Chromium"),
  .serialized
)
struct BrowserTests {
  private static let post = "app.bsky.feed.post.html"

  private func site() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for file in try Site.ofProject() {
      try folder.write(file.content, to: "site/\(file.path)")
    }
    return folder
  }

  @Test("links and search work without errors in the console")
  func visit() throws {
    let folder = try site()
    let index = try Browser.visit("index.html", in: folder)
    #expect(index.complaints == [])
    #expect(index.document.contains("<form class=\"search\" role=\"search\""))
    #expect(!index.document.contains("action=\"index.html\" hidden"))

    // From the index to a page, from there to a document it refers to, and back to the documents
    // that refer to that one.
    let first = try #require(index.document.attributes("href").first { $0 == Self.post })
    let page = try Browser.visit(first, in: folder)
    #expect(page.complaints == [])
    #expect(page.document.contains("id=\"main.reply\""))
    let next = try #require(
      page.document.attributes("href").first { $0.hasPrefix("app.bsky.richtext.facet.html") }
    )
    let target = try Browser.visit(next, in: folder)
    #expect(target.complaints == [])
    #expect(target.document.attributes("href").contains(Self.post))

    let found = try Browser.visit("index.html?q=repo%20strongref", in: folder)
    #expect(found.complaints == [])
    let results = try #require(found.document.components(separatedBy: "id=\"_found\"").last)
    #expect(
      results.attributes("href").first == "com.atproto.repo.strongRef.html"
    )
    #expect(found.document.contains("id=\"_all\" hidden"))
    let nothing = try Browser.visit("index.html?q=%3Cimg%20src=x%3E", in: folder)
    #expect(nothing.document.contains(">0 results<"))
  }

  @Test("without JavaScript, all content is visible")
  func withoutScript() throws {
    let folder = try site()
    try folder.remove("site/site.js")
    let index = try Browser.visit("index.html", in: folder)
    #expect(index.document.attributes("href").contains(Self.post))
    #expect(index.document.contains("hidden=\"\""))
  }

  @Test(
    "pages render in light and dark, wide and narrow windows",
    arguments: [("index.html", "1280,1600"), (post, "1280,1600"), (post, "420,1600")]
  )
  func screenshots(_ page: String, _ size: String) throws {
    let folder = try site()
    var images: [Data] = []
    for scheme in ["1", "0"] {
      let file = "\(folder.path)/\(scheme).png"
      let child = try Browser.run(
        [
          "--screenshot=\(file)", "--window-size=\(size)",
          "--blink-settings=preferredColorScheme=\(scheme)",
          "file://\(folder.path)/site/\(page)",
        ],
        in: folder
      )
      #expect(child.status == 0)
      let image = try Data(contentsOf: URL(filePath: file))
      // A page without its style, or without content, is a much smaller image.
      #expect(image.starts(with: [0x89, 0x50, 0x4E, 0x47]) && image.count > 20_000)
      images.append(image)
      if let keep = ProcessInfo.processInfo.environment["LEXGEN_SCREENSHOTS"] {
        let name = "\(page)-\(size)-\(scheme == "1" ? "light" : "dark").png"
        try image.write(to: URL(filePath: keep).appending(path: name))
      }
    }
    #expect(images[0] != images[1])
  }
}
