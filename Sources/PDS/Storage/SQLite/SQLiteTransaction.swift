import GRDB

final class SQLiteTransaction: PDSTransaction {
  private let db: Database
  /// The events that this transaction appended.
  var sequenced: [SequenceEntry] = []

  /// New events have greater numbers.
  let sequenceFloor: Int

  init(_ db: Database, sequenceFloor: Int = 0) {
    self.db = db
    self.sequenceFloor = sequenceFloor
  }

  var accounts: any AccountStore { SQLiteAccounts(db: db) }
  var refreshTokens: any RefreshTokenStore { SQLiteRefreshTokens(db: db) }
  var appPasswords: any AppPasswordStore { SQLiteAppPasswords(db: db) }
  var mailTokens: any MailTokenStore { SQLiteMailTokens(db: db) }
  var invites: any InviteStore { SQLiteInvites(db: db) }
  var takedowns: any TakedownStore { SQLiteTakedowns(db: db) }
  var secrets: any SecretStore { SQLiteSecrets(db: db) }
  var repositories: any RepositoryStore { SQLiteRepositories(db: db) }
  var blobs: any BlobIndex { SQLiteBlobs(db: db) }
  var preferences: any PreferenceStore { SQLitePreferences(db: db) }
  var sequence: any SequenceStore { SQLiteSequence(db: db, transaction: self) }
}
