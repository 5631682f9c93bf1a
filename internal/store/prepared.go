package store

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"reflect"
	"strings"
)

// prepared is SQLite's driver, with the statements of each connection kept: to
// compile one anew takes longer than to run it. PostgreSQL's driver does the same
// by itself; database/sql's own prepared statements are of many connections, and
// would wait for the one that writes while that one is in use.
type prepared struct {
	driver driver.Driver
	dsn    string
}

// Connect implements driver.Connector.
func (p prepared) Connect(context.Context) (driver.Conn, error) {
	raw, err := p.driver.Open(p.dsn)
	if err != nil {
		return nil, err
	}
	c, ok := raw.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("store: the SQLite driver lacks what database/sql asks for"), raw.Close())
	}
	return &preparedConn{sqliteConn: c, kept: map[string]*list.Element{}, order: list.New()}, nil
}

// Driver implements driver.Connector.
func (p prepared) Driver() driver.Driver { return p.driver }

type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// preparedConn is one connection, which database/sql uses from one goroutine at a
// time.
type preparedConn struct {
	sqliteConn
	kept  map[string]*list.Element // of order, by text
	order *list.List               // of *statement, the last used first
}

// maxStatements is more than the store has, lists of each length apart.
const maxStatements = 256

type statement struct {
	text string
	stmt sqliteStmt
	busy bool // its rows are being read
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// statement returns the statement of that text, nil if it is not to be kept or in
// use.
func (c *preparedConn) statement(ctx context.Context, text string) (*statement, error) {
	if e := c.kept[text]; e != nil {
		c.order.MoveToFront(e)
		if s := e.Value.(*statement); !s.busy {
			return s, nil
		}
		return nil, nil
	}
	if strings.Contains(text, ";") { // several, of a migration
		return nil, nil
	}
	made, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	stmt, ok := made.(sqliteStmt)
	if !ok {
		return nil, made.Close()
	}
	s := &statement{text: text, stmt: stmt}
	c.kept[text] = c.order.PushFront(s)
	for e := c.order.Back(); len(c.kept) > maxStatements && e != nil; {
		old, before := e.Value.(*statement), e.Prev()
		if !old.busy && old != s {
			c.order.Remove(e)
			delete(c.kept, old.text)
			if err := old.stmt.Close(); err != nil {
				return nil, err
			}
		}
		e = before
	}
	return s, nil
}

// ExecContext implements driver.ExecerContext.
func (c *preparedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.sqliteConn.ExecContext(ctx, text, args)
	}
	return s.stmt.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (c *preparedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.sqliteConn.QueryContext(ctx, text, args)
	}
	rows, err := s.stmt.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &preparedRows{rows, s}, nil
}

// Close implements driver.Conn.
func (c *preparedConn) Close() error {
	var all error
	for e := c.order.Front(); e != nil; e = e.Next() {
		all = errors.Join(all, e.Value.(*statement).stmt.Close())
	}
	return errors.Join(all, c.sqliteConn.Close())
}

// preparedRows frees its statement once it is closed.
type preparedRows struct {
	driver.Rows
	statement *statement
}

// Close implements driver.Rows.
func (r *preparedRows) Close() error {
	r.statement.busy = false
	return r.Rows.Close()
}

// ColumnTypeDatabaseTypeName implements driver.RowsColumnTypeDatabaseTypeName.
func (r *preparedRows) ColumnTypeDatabaseTypeName(i int) string {
	if t, ok := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return t.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}

// ColumnTypeScanType implements driver.RowsColumnTypeScanType.
func (r *preparedRows) ColumnTypeScanType(i int) reflect.Type {
	if t, ok := r.Rows.(driver.RowsColumnTypeScanType); ok {
		return t.ColumnTypeScanType(i)
	}
	return reflect.TypeFor[any]()
}
