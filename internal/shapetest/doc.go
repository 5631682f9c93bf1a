// Package shapetest holds every shape a series, an exception or a copy can have
// in Outlook against what becomes of it at Webex, and writes docs/shapes.md from
// that table.
package shapetest
