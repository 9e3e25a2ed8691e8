import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import GRDB
import PDS

struct SQLiteTakedowns: TakedownStore {
  let db: Database

  func reference(of subject: TakedownSubject) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT reference FROM takedown WHERE did = ? AND subject = ?"),
      arguments: [subject.did.string, subject.column]
    )
  }

  func set(_ reference: String?, of subject: TakedownSubject) throws {
    // Accounts and blobs are also marked in the tables from which they are served.
    switch subject {
    case .account(let did):
      try SQLiteAccounts(db: db).set(.takendown, reference != nil, of: did)
    case .blob(let did, let cid):
      try SQLiteBlobs(db: db).setTakenDown(cid, reference != nil, of: did)
    case .record: break
    }
    if let reference {
      try db.execute(
        sql: "INSERT OR REPLACE INTO takedown (did, subject, reference) VALUES (?, ?, ?)",
        arguments: [subject.did.string, subject.column, reference]
      )
    } else {
      try db.execute(
        sql: "DELETE FROM takedown WHERE did = ? AND subject = ?",
        arguments: [subject.did.string, subject.column]
      )
    }
  }

  func recordKeys(of did: DID, in collection: NSID) throws -> Set<String> {
    let prefix = "\(collection.string)/"
    return Set(
      try String.fetchAll(
        db.cachedStatement(
          sql: "SELECT subject FROM takedown WHERE did = ? AND subject > ? AND subject < ?"
        ),
        // "0" follows "/" in ASCII.
        arguments: [did.string, prefix, "\(collection.string)0"]
      ).map { String($0.dropFirst(prefix.count)) }
    )
  }
}

extension TakedownSubject {
  fileprivate var column: String {
    switch self {
    case .account: ""
    case .record(_, let path): path.description
    case .blob(_, let cid): cid.string
    }
  }
}
