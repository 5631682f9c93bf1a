package fakems

// ForgetMails makes the mails sent so far a thing of the past: a world that
// has been furnished by verbs starts with an empty outbox.
func (s *Server) ForgetMails() {
	defer s.lock()()
	s.mails = nil
}
