import Lexicon

/// A small lexicon with every kind of schema, including hostile ones.
enum Lexicons {
  static let all = catalog([
    #"""
    {"lexicon":1,"id":"com.example.all","defs":{
     "main":{"type":"record","key":"tid","record":{"type":"object",
      "required":["text","item","nothing"],"nullable":["nothing"],"properties":{
       "text":{"type":"string","minLength":2,"maxLength":40,"minGraphemes":2,"maxGraphemes":5},
       "item":{"type":"ref","ref":"#item"},"nothing":{"type":"string","format":"datetime"},
       "size":{"type":"integer","minimum":1,"maximum":9},
       "tags":{"type":"array","minLength":1,"maxLength":3,"items":{"type":"string","maxLength":4}},
       "data":{"type":"bytes","minLength":2,"maxLength":4},
       "picture":{"type":"blob","accept":["image/*","text/plain"],"maxSize":1000},
       "pick":{"type":"union","refs":["#item","#other"]},
       "choice":{"type":"union","closed":true,"refs":["#item"]},
       "any":{"type":"unknown"},"link":{"type":"cid-link"},
       "state":{"type":"ref","ref":"#state"},"mode":{"type":"string","enum":["on","off"]},
       "version":{"type":"integer","const":2},"level":{"type":"integer","enum":[1,3]},
       "agreed":{"type":"boolean","const":true}}}},
     "item":{"type":"object","required":["did"],"properties":{
       "did":{"type":"string","format":"did"},"again":{"type":"ref","ref":"#item"}}},
     "other":{"type":"object","properties":{"flag":{"type":"boolean"}}},
     "state":{"type":"string","knownValues":["new","old"],"maxLength":8},
     "sign":{"type":"token"}}}
    """#,
    #"""
    {"lexicon":1,"id":"com.example.call","defs":{"main":{"type":"procedure",
     "parameters":{"type":"params","required":["limit"],"properties":{
      "limit":{"type":"integer","minimum":1,"maximum":100},
      "who":{"type":"array","items":{"type":"string","format":"handle"}}}},
     "input":{"encoding":"application/json","schema":{"type":"object","required":["name"],
      "properties":{"name":{"type":"string"}}}},
     "output":{"encoding":"application/json","schema":{"type":"ref","ref":"com.example.all"}}}}}
    """#,
    #"""
    {"lexicon":1,"id":"com.example.stream","defs":{"main":{"type":"subscription","message":{"schema":
     {"type":"union","refs":["com.example.all#item","com.example.all#other"]}}}}}
    """#,
  ])

  /// Each requires the next one twice.
  private static let doubles = (0..<50).map { number in
    #"""
    "double\#(number)":{"type":"object","required":["a","b"],"properties":{
     "a":{"type":"ref","ref":"#double\#(number + 1)"},
     "b":{"type":"ref","ref":"#double\#(number + 1)"}}},
    """#
  }.joined()

  /// Schemas that require more than is possible, or more than is reasonable.
  static let greedy = catalog([
    #"""
    {"lexicon":1,"id":"com.example.greedy","defs":{
     "megabyte":{"type":"object","required":["text","data","list"],"properties":{
       "text":{"type":"string","maxLength":1000000,"maxGraphemes":1000000},
       "data":{"type":"bytes","maxLength":1000000},
       "list":{"type":"array","maxLength":1000000,"items":{"type":"integer"}}}},
     "demanding":{"type":"object","required":["text"],"properties":{
       "text":{"type":"string","minLength":1000000}}},
     "choosy":{"type":"object","required":["left","right"],"properties":{
       "left":{"type":"ref","ref":"#choices"},"right":{"type":"ref","ref":"#choices"}}},
     "choices":{"type":"object","required":["one","other"],"properties":{
       "one":{"type":"union","closed":true,"refs":["#choosy","#tree"]},
       "other":{"type":"union","closed":true,"refs":["#choosy","#tree"]}}},
     \#(doubles)
     "double50":{"type":"object","properties":{}},
     "tree":{"type":"object","properties":{
       "left":{"type":"ref","ref":"#tree"},"right":{"type":"ref","ref":"#tree"},
       "rest":{"type":"array","items":{"type":"ref","ref":"#tree"}}}},
     "crowd":{"type":"array","minLength":1000000,"items":{"type":"boolean"}},
     "wide":{"type":"object","properties":{
     \#((0..<400).map { #""p\#($0)":{"type":"integer"}"# }.joined(separator: ","))}}}}
    """#
  ])

  private static func catalog(_ documents: [String]) -> CheckedCatalog {
    CheckedCatalog.check(
      documents.enumerated().map { SourceFile(path: "\($0).json", bytes: Array($1.utf8)) }
    )
  }
}
