/// JSON values with their keys in canonical order, so that writing them produces the same text.
enum Samples {
  static let cid = "bafyreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm"
  static let rawCID = "bafkreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm"
  static let ref = #"{"cid":"\#(cid)","uri":"at://did:plc:a/app.bsky.feed.post/1"}"#

  static let posts = [
    #"{"text":"","$type":"app.bsky.feed.post","createdAt":"2026-01-01T00:00:00Z"}"#,
    // Fields that the schema does not define: at the top, in a reference, in a member of a union,
    // in an element of an array.
    #"""
    {"a":0,"text":"hi","$type":"app.bsky.feed.post","reply":{"root":\#(ref),"extra":[{"deep":null}],\#
    "parent":{"cid":"\#(cid)","uri":"at://did:plc:a/app.bsky.feed.post/1","origin":1}},\#
    "facets":[{"x":1,"index":{"byteEnd":4,"byteStart":0,"charStart":0},"features":[]}],\#
    "createdAt":"2026-01-01T00:00:00Z","somethingLonger":{"$link":"\#(cid)"}}
    """#,
    // Members of unions: known, with additional fields, and unknown.
    #"""
    {"text":"hi","$type":"app.bsky.feed.post","embed":{"$type":"app.bsky.embed.record",\#
    "record":\#(ref),"unknown":{"$bytes":"AQID"}},"createdAt":"x"}
    """#,
    #"""
    {"text":"hi","$type":"app.bsky.feed.post","embed":{"$type":"com.example.poll",\#
    "choices":["a","b"]},"createdAt":"x"}
    """#,
    // A member inside a member.
    #"""
    {"text":"hi","$type":"app.bsky.feed.post","embed":{"$type":"app.bsky.embed.recordWithMedia",\#
    "media":{"$type":"app.bsky.embed.images","images":[{"alt":"a","image":{"ref":{"$link":\#
    "\#(rawCID)"},"size":100,"$type":"blob","mimeType":"image/png"}},{"alt":"b","image":{"cid":\#
    "\#(rawCID)","mimeType":"image/jpeg"},"aspectRatio":{"width":1,"height":2}}]},\#
    "record":{"record":\#(ref)}},"createdAt":"x"}
    """#,
    // A deprecated field, and a plain reference whose data contains its type.
    #"""
    {"text":"hi","$type":"app.bsky.feed.post","reply":{"root":\#(ref),"$type":\#
    "app.bsky.feed.post#replyRef","parent":\#(ref)},"entities":[{"type":"link","index":{"end":1,\#
    "start":0},"value":"x"}],"createdAt":"not a date"}
    """#,
  ]

  /// A post as the app shows it, without optional fields.
  static func view(_ name: String) -> String {
    #"""
    {"cid":"\#(cid)","uri":"at://did:plc:\#(name)/app.bsky.feed.post/1","author":{"did":\#
    "did:plc:\#(name)","handle":"\#(name).example"},"record":{"text":"\#(name)","$type":\#
    "app.bsky.feed.post","createdAt":"x"},"indexedAt":"2026-01-01T00:00:00Z"}
    """#
  }

  /// A thread: replies below, parents above, and gaps in between.
  static let thread = #"""
    {"post":\#(view("a")),"$type":"app.bsky.feed.defs#threadViewPost","parent":{"post":\#
    \#(view("b")),"$type":"app.bsky.feed.defs#threadViewPost","parent":{"uri":"at://x","$type":\#
    "app.bsky.feed.defs#notFoundPost","notFound":true}},"replies":[{"post":\#(view("c")),"$type":\#
    "app.bsky.feed.defs#threadViewPost","replies":[{"uri":"at://y","$type":\#
    "app.bsky.feed.defs#blockedPost","author":{"did":"did:plc:d"},"blocked":true},{"$type":\#
    "com.example.later","anything":1}]}]}
    """#
}
