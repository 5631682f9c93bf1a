package app

import (
	"webex-scheduler/internal/block"
	"webex-scheduler/internal/meeting"
)

// blocks edits the bodies that the pane sends, as the syncer edits those in the
// calendar: a block that one of them writes, the other finds as it should be.
type blocks struct{ publicURL string }

// Put implements web.Blocks.
func (b blocks) Put(body meeting.Body, link meeting.Link, language string) (meeting.Body, bool) {
	return block.Put(body, block.Content{Key: link.Key, PublicURL: b.publicURL, Language: language, Join: link.Shown()})
}

// Remove implements web.Blocks.
func (b blocks) Remove(body meeting.Body) (meeting.Body, bool) { return block.Remove(body) }
