/** A small page, so that the tests have something to do. */
export const guestbook = `
  <h1>Guest book</h1>
  <form><label>Your name <input name="name"></label> <button>Sign</button></form>
  <ol></ol>
  <script>
    document.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      const guest = document.createElement('li');
      guest.textContent = new FormData(event.target).get('name');
      // The page is slow: the test waits, but does no work.
      setTimeout(() => document.querySelector('ol').append(guest), 100);
    });
  </script>`;
