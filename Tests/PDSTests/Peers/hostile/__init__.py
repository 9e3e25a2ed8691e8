"""What an attacker sends to the authorization server, a part for each place."""
