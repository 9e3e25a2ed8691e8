/// English verbs in the names of endpoints.
enum Verbs {
  /// Verbs of queries.
  static let reading: Set<String> = [
    "get", "list", "search", "query", "find", "count", "check", "describe", "resolve", "fetch",
    "export", "has", "is", "lookup", "preview", "suggest", "read", "show", "validate", "verify",
    "dereference", "browse", "compare", "download", "explore", "filter", "load", "inspect", "view",
    "discover", "autocomplete", "complete", "estimate", "calculate", "compute", "render", "decode",
    "detect", "scan", "analyze", "audit", "peek", "poll", "watch", "locate", "look", "identify",
    "hydrate", "proxy", "diff", "translate", "recommend", "rank", "match", "ping", "test", "probe",
    "enumerate", "evaluate", "retrieve", "iterate", "expand", "extract", "geocode", "can",
  ]

  /// Verbs of procedures.
  static let writing: Set<String> = [
    "create", "update", "delete", "upsert", "put", "add", "remove", "set", "send", "import",
    "upload", "register", "unregister", "request", "confirm", "accept", "reject", "leave", "join",
    "mute", "unmute", "block", "unblock", "activate", "deactivate", "enable", "disable", "revoke",
    "reset", "refresh", "reserve", "submit", "sign", "apply", "emit", "notify", "publish", "merge",
    "move", "rename", "mark", "unmark", "start", "stop", "cancel", "ban", "unban", "edit", "clear",
    "attach", "detach", "assign", "unassign", "approve", "schedule", "process", "report", "grant",
    "lock", "unlock", "withdraw", "rotate", "trigger", "replace", "invite", "kick", "reassign",
  ]

  /// Verbs that fit both.
  private static let other: Set<String> = [
    "abort", "acknowledge", "allow", "announce", "archive", "ask", "authorize", "authenticate",
    "begin", "bind", "bookmark", "book", "build", "buy", "call", "capture", "cast", "change",
    "charge", "checkout", "claim", "close", "commit", "configure", "connect", "convert", "copy",
    "crop", "debug", "decline", "define", "demote", "deny", "deploy", "deregister", "destroy",
    "dismiss", "dispatch", "disconnect", "distribute", "draft", "drain", "drop", "duplicate",
    "echo", "elect", "encode", "encrypt", "decrypt", "end", "enqueue", "dequeue", "enroll",
    "ensure",
    "escalate", "exchange", "execute", "expire", "extend", "favorite", "finalize", "finish", "flag",
    "unflag", "flush", "follow", "unfollow", "force", "forget", "fork", "forward", "freeze",
    "unfreeze", "generate", "give", "handle", "hide", "unhide", "highlight", "hold", "ignore",
    "increment", "decrement", "index", "reindex", "ingest", "init", "initialize", "initiate",
    "insert", "install", "uninstall", "invalidate", "invoke", "issue", "kill", "label", "launch",
    "like", "unlike", "link", "unlink", "log", "login", "logout", "make", "manage", "migrate",
    "mint", "modify", "moderate", "monitor", "mount", "negotiate", "nominate", "open", "order",
    "organize", "override", "overwrite", "park", "patch", "pause", "pay", "perform", "pick", "pin",
    "unpin", "place", "play", "post", "prepare", "print", "promote", "provision", "prune", "pull",
    "purchase", "purge", "push", "queue", "quote", "rate", "react", "rebuild", "receive", "reclaim",
    "record", "recover", "redeem", "redirect", "reduce", "refund", "release", "reload", "remind",
    "renew", "reopen", "reorder", "repair", "reply", "repost", "unrepost", "resend", "resize",
    "restart", "restore", "restrict", "resume", "retract", "retry", "return", "revert", "review",
    "route", "run", "save", "seed", "select", "sell", "share", "unshare", "ship", "shorten", "sort",
    "split", "spend", "star", "unstar", "store", "stream", "subscribe", "unsubscribe", "suspend",
    "unsuspend", "swap", "switch", "sync", "synchronize", "tag", "untag", "take", "takedown",
    "terminate", "tip", "toggle", "touch", "track", "train", "transcode", "transfer", "transform",
    "transition", "truncate", "undelete", "undo", "redo", "unsave", "upgrade", "downgrade", "use",
    "vote", "unvote", "wait", "warn", "wipe", "write",
  ]

  static func contain(_ word: String) -> Bool {
    reading.contains(word) || writing.contains(word) || other.contains(word)
  }
}
