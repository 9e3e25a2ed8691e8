import Testing
import XRPC

@Suite struct MediaTypeTests {
  @Test(arguments: [
    ("application/json", "application/json", true),
    ("Application/JSON; charset=utf-8", "application/json", true),
    ("application/json ;charset=utf-8", "application/json", true),
    ("application/jsonx", "application/json", false),
    ("text/plain", "application/json", false),
    ("image/png", "image/*", true),
    ("IMAGE/PNG", "image/*", true),
    ("imagex/png", "image/*", false),
    ("image", "image/*", false),
    ("image/", "image/*", false),
    ("video/mp4", "image/*", false),
    ("video/mp4", "*/*", true),
    ("", "*/*", false),
    ("x", "*/*", false),
    ("a/b/c", "*/*", false),
  ])
  func contentTypesMatchTheirPatterns(_ contentType: String, _ pattern: String, _ expected: Bool) {
    #expect(MediaType.matches(contentType, pattern: pattern) == expected)
  }
}
